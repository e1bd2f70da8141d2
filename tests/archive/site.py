"""A web on loopback that does as it is told: sites by name, each path a script; slow, endless, packed, moved, walled."""

import datetime as dt
import gzip
import socket
import ssl
import threading
import time
import zlib
from contextlib import suppress

import httpcore2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recommendations.archive.fetch import Fetcher
from recommendations.wire.guard import Stopped

PUBLIC = "93.184.215.14"
TEXT = "The commission held the first fair in Minsk in March 2026 and published all that was agreed on there."
PAGE = f"<!doctype html><html><head><title>Decree 7</title></head><body><h1>Decree 7</h1><p>{TEXT}</p></body></html>"


def certificate(names, folder):
    """Make a certificate that signs itself; return its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "site.pem", folder / "site.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files[1].write_bytes(private)
    return files


class Web:
    """Pages by (host, path); a page is (status, headers, body) or a function that is given the connection."""

    def __init__(self, folder):
        self.pages, self.requests, self.lookups, self.dialled, self.bodies = {}, [], [], [], []
        self.addresses = {}
        self.open = {"now": 0, "most": 0}
        self._lock = threading.Lock()
        self.pem, key = certificate(["secure.org", "xn--e1afmkfd.org"], folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.pem, key)
        self.doors = {80: socket.create_server(("127.0.0.1", 0)), 443: socket.create_server(("127.0.0.1", 0))}
        for port, door in self.doors.items():
            threading.Thread(target=self._open, args=(port, door), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for door in self.doors.values():
            with suppress(
                OSError
            ):  # whoever waits at the door goes; else they would come back to the next one of its number
                door.shutdown(socket.SHUT_RDWR)
            door.close()

    def ports(self):
        return {port: door.getsockname()[1] for port, door in self.doors.items()}

    def page(self, address, status=200, body=PAGE, **headers):
        host, slash, path = address.partition("/")
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        named.setdefault("Content-Type", "text/html; charset=utf-8")
        self.pages[host, slash + path] = (status, named, content)

    def script(self, address, act):
        host, slash, path = address.partition("/")
        self.pages[host, slash + path] = act

    # What the fetcher is given

    def fetcher(self, **said):
        trust = ssl.create_default_context(cafile=str(self.pem))
        return Fetcher("test", resolve=self.resolve, connect=self.connect, **{"trust": trust, "seconds": 5, **said})

    def resolve(self, host, port, seconds):
        self.lookups.append(host)
        found = self.addresses.get(host, [PUBLIC])
        if isinstance(found, str):
            raise Stopped(found)
        return found.pop(0) if found and isinstance(found[0], list) else found

    def connect(self, address, port, seconds):
        self.dialled.append((address, port))
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.ports()[port], timeout=seconds)

    # The server

    def _open(self, port, door):
        with suppress(OSError):
            while True:
                line, _ = door.accept()
                threading.Thread(target=self._serve, args=(port, line), daemon=True).start()

    def _serve(self, port, line):
        with suppress(OSError, ValueError), line:
            if port == 443:
                line = self.context.wrap_socket(line, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                more = line.recv(4096)
                if not more:
                    return
                head += more
            head, _, body = head.partition(b"\r\n\r\n")
            first, *rest = head.decode("latin-1").split("\r\n")
            headers = dict(part.split(": ", 1) for part in rest if ": " in part)
            host, path = headers["Host"].rpartition(":")[0] or headers["Host"], first.split()[1]
            while len(body) < int(headers.get("Content-Length", 0)):
                body += line.recv(65536)
            with self._lock:
                self.bodies.append(body)
                self.requests.append((time.monotonic(), host, path, headers))
            self._answer(line, self.pages.get((host, path), (404, {}, b"")))

    def _answer(self, line, page):
        if callable(page):
            page(line)
            return
        status, headers, body = page
        named = {"Content-Length": len(body), "Connection": "close", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value != "")
        line.sendall(f"HTTP/1.1 {status} So\r\n{head}\r\n".encode() + body)


# Scripts


def drips_head(line):
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(400):
        line.sendall(f"X-{number}: drop\r\n".encode())
        time.sleep(0.05)


def drips_body(line):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Once upon a time")
    for _ in range(400):
        line.sendall(b" and")
        time.sleep(0.05)


def endless(line):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    with suppress(OSError):
        while True:
            line.sendall(b"<p>" + b"word " * 10_000)


def headers_flood(line):
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    with suppress(OSError):
        for number in range(20_000):
            line.sendall(f"X-{number}: {'a' * 500}\r\n".encode())


def one_long_header(line):
    with suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n")


def hangs_up(line):
    line.close()


def breaks_off(line):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000\r\n\r\n<p>Only this")


def talks_nonsense(line):
    line.sendall(b"220 mail.example.org ESMTP ready\r\n")


def silent(line):
    time.sleep(20)


def bomb(size=200_000_000, coding="gzip"):
    """A body that is small on the way, and `size` bytes when unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
    piece = b"\0" * 1_000_000
    return b"".join(packer.compress(piece) for _ in range(size // len(piece))) + packer.flush()


def packed(text):
    return gzip.compress(text.encode())
