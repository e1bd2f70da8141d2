"""A mail server that keeps mail, on loopback: what of IMAP4rev1 (RFC 3501) and MOVE (RFC 6851) one needs, strictly.

A command out of its state, or one that is not spelled as the grammar has it, is answered with BAD and noted in `complaints`.
"""

import re
import socket
import threading

WORD = r'(?:"(?:[^"\\\r\n]|\\["\\])*"|[^\s"(){%*\\]+)'
COMMANDS = {
    "CAPABILITY": (r"", {"greeted", "signed in", "selected"}),
    "STARTTLS": (r"", {"greeted"}),
    "LOGIN": (rf" ({WORD}) ({WORD})", {"greeted"}),
    "SELECT": (rf" ({WORD})", {"signed in", "selected"}),
    "CREATE": (rf" ({WORD})", {"signed in", "selected"}),
    "UID SEARCH": (r" ((?:UNSEEN|UNFLAGGED|ALL)(?: (?:UNSEEN|UNFLAGGED|ALL))*)", {"selected"}),
    "UID FETCH": (r" (\d+) \((RFC822\.SIZE|BODY\.PEEK\[\](?:<0\.(\d+)>)?)\)", {"selected"}),
    "UID STORE": (r" (\d+) \+FLAGS\.SILENT \((\\\w+(?: \\\w+)*)\)", {"selected"}),
    "UID MOVE": (rf" (\d+) ({WORD})", {"selected"}),
    "LOGOUT": (r"", {"greeted", "signed in", "selected"}),
}


class Kept:
    """One message in a folder."""

    def __init__(self, uid, content):
        self.uid, self.content, self.flags = uid, content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), set()


class Imap:
    """The server; `folders` holds what it keeps, `script` what it answers instead, by command."""

    def __init__(self, *messages, user="bounces", password='s3cr t"', tls=None, implicit=True, can_move=True):
        self.folders = {"INBOX": [Kept(10 + number, content) for number, content in enumerate(messages)]}
        self.user, self.password, self.tls, self.implicit = user, password, tls, implicit
        self.capabilities = f"IMAP4rev1{' MOVE' if can_move else ''}{' STARTTLS' if tls and not implicit else ''}"
        self.complaints, self.commands, self.script = [], [], {}
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(
            socket.SHUT_RDWR
        )  # wakes who waits for the next line, or else that one would still be taken
        self.socket.close()

    def flags(self, folder="INBOX"):
        return {kept.uid: kept.flags for kept in self.folders[folder]}

    def _serve(self):
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            try:
                Talk(self, line).go()
            except OSError as error:
                self.complaints.append(str(error))


class Talk:
    """One conversation."""

    def __init__(self, server, line):
        self.server, self.state, self.folder = server, "greeted", None
        self.line = server.tls.wrap_socket(line, server_side=True) if server.tls and server.implicit else line
        self.file = self.line.makefile("rwb")

    def go(self):
        self.say("* OK ready")
        while self.state != "over" and (said := self.file.readline()):
            tag, _, rest = said.decode("ascii").removesuffix("\r\n").partition(" ")
            self.obey(tag, rest)
        self.file.close()
        self.line.close()

    def say(self, *lines):
        self.file.write(b"".join(line if isinstance(line, bytes) else f"{line}\r\n".encode() for line in lines))
        self.file.flush()

    def obey(self, tag, rest):
        name = " ".join(rest.split(" ")[:2]) if rest.startswith("UID ") else rest.split(" ")[0]
        pattern, states = COMMANDS.get(name, ("", set()))
        found = re.fullmatch(re.escape(name) + pattern, rest)
        self.server.commands.append(name)
        if not found or self.state not in states:
            self.server.complaints.append(rest)
            self.say(f"{tag} BAD not now, or not so")
        elif name in self.server.script:
            answer = self.server.script[name]
            if answer == "drop":
                self.state = "over"
            else:
                self.say(f"{tag} {answer}")
        else:
            self.say(f"{tag} {getattr(self, name.lower().replace(' ', '_'))(*found.groups()) or 'OK done'}")
            if name == "STARTTLS":
                self.line = self.server.tls.wrap_socket(self.line, server_side=True)
                self.file = self.line.makefile("rwb")

    def capability(self):
        self.say(f"* CAPABILITY {self.server.capabilities}")

    def starttls(self):
        return None if self.server.tls else "NO there is none"

    def login(self, user, password):
        if (plain(user), plain(password)) != (self.server.user, self.server.password):
            return "NO [AUTHENTICATIONFAILED] who are you"
        self.state = "signed in"
        return None

    def select(self, folder):
        if plain(folder) not in self.server.folders:
            return "NO [NONEXISTENT] no such folder"
        self.folder, self.state = plain(folder), "selected"
        self.say(f"* {len(self.mine)} EXISTS", "* 0 RECENT", r"* FLAGS (\Seen \Flagged)", "* OK [UIDVALIDITY 1] valid")
        return "OK [READ-WRITE] open"

    def create(self, folder):
        self.server.folders.setdefault(plain(folder), [])

    @property
    def mine(self):
        return self.server.folders[self.folder]

    def uid_search(self, keys):
        without = {r"\Seen"} if "UNSEEN" in keys else set()
        without |= {r"\Flagged"} if "UNFLAGGED" in keys else set()
        self.say("* SEARCH" + "".join(f" {kept.uid}" for kept in self.mine if not kept.flags & without))

    def uid_fetch(self, uid, what, most):
        for place, kept in enumerate(self.mine, start=1):
            if kept.uid == int(uid):
                if what == "RFC822.SIZE":
                    self.say(f"* {place} FETCH (UID {uid} RFC822.SIZE {len(kept.content)})")
                else:
                    body = kept.content[: int(most)] if most else kept.content
                    origin = "<0>" if most else ""
                    self.say(f"* {place} FETCH (UID {uid} BODY[]{origin} {{{len(body)}}}", body, ")")

    def uid_store(self, uid, flags):
        for kept in self.mine:
            if kept.uid == int(uid):
                kept.flags |= set(flags.split(" "))

    def uid_move(self, uid, folder):
        if plain(folder) not in self.server.folders:
            return "NO [TRYCREATE] no such folder"
        for place, kept in enumerate(list(self.mine), start=1):
            if kept.uid == int(uid):
                self.mine.remove(kept)
                self.server.folders[plain(folder)].append(kept)
                self.say(f"* {place} EXPUNGE")
        return None

    def logout(self):
        self.say("* BYE")
        self.state = "over"


def plain(word):
    return re.sub(r'\\(["\\])', r"\1", word[1:-1]) if word.startswith('"') else word
