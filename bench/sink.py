"""A mail server that takes everything and keeps nothing: what handing over is measured against."""

import socketserver
import sys


class Sink(socketserver.StreamRequestHandler):
    """One conversation by RFC 5321, as quick as it can be answered."""

    def handle(self) -> None:
        """Say yes to everything."""
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


if __name__ == "__main__":
    socketserver.ThreadingTCPServer.daemon_threads = socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Sink) as server:
        server.serve_forever()
