"""A DNS server on loopback, as a process' own thread: answers what it is told, by UDP."""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset


class Names:
    """`records` maps (name, kind) to values; `mute` never answers, `rcode` refuses everything."""

    def __init__(self, records=None, *, mute=False, rcode=None):
        self.records, self.mute, self.rcode, self.asked = records or {}, mute, rcode, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))

    def _serve(self):
        with self.socket:
            while True:
                asked, whom = self.socket.recvfrom(4096)
                if not asked:
                    return
                if not self.mute:
                    self.socket.sendto(self._answer(dns.message.from_wire(asked)), whom)

    def _answer(self, question):
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        (one,) = question.question
        name, kind = one.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(one.rdtype)
        self.asked.append((name, kind))
        if self.rcode is not None:
            answer.set_rcode(self.rcode)
        elif values := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(one.name, 60, dns.rdataclass.IN, kind, *values))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()
