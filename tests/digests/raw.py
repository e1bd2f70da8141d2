"""A mail server that says word for word what it is told, out of turn too: aiosmtpd would not."""

import contextlib
import socket
import threading

LAST = b"--=_relations_digest--\r\n"  # of a body, before the dot


class Raw:
    """`at_once` is said together with the 354, `before_dot` when the body is there, `at_rcpt` and `after_dot` are answers, one for each message."""

    def __init__(self, *, at_once=b"", before_dot=b"", at_rcpt=(), after_dot=(), tls=None):
        self.at_once, self.before_dot, self.tls = at_once, before_dot, tls
        self.at_rcpt, self.after_dot = list(at_rcpt), list(after_dot)
        self.bodies, self.conversations, self.spoke = [], 0, threading.Event()

    def __enter__(self):
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._open, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._door.close()

    def _open(self):
        with contextlib.suppress(OSError):
            while True:
                line, _address = self._door.accept()
                self.conversations += 1
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, plain):
        with contextlib.suppress(OSError):
            line = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
            said = line.makefile("rb")
            line.sendall(b"220 at your service\r\n")
            while word := said.readline()[:4].upper():
                if word == b"DATA":
                    self._body(line, said)
                else:
                    line.sendall(self.at_rcpt.pop(0) if word == b"RCPT" and self.at_rcpt else b"250 OK\r\n")

    def _body(self, line, said):
        line.sendall(b"354 go on\r\n" + self.at_once)
        body = []
        while (each := said.readline()) not in {b".\r\n", b""}:
            body.append(each)
            if each == LAST and self.before_dot:
                line.sendall(self.before_dot)
                self.spoke.set()
        if each:
            self.bodies.append(b"".join(body))
            line.sendall(self.after_dot.pop(0) if self.after_dot else b"250 OK\r\n")
