"""The web server's configuration."""

import os

from relations import serving


def test_server_goes_on_without_a_gate(monkeypatch):
    monkeypatch.delenv("GATE", raising=False)
    serving.on_starting(None)


def test_server_goes_on_when_the_gate_opens(monkeypatch):
    gate, opener = os.pipe()
    monkeypatch.setenv("GATE", str(gate))
    os.close(opener)
    serving.on_starting(None)
    os.close(gate)


def test_server_believes_no_header_and_listens_to_itself():
    assert serving.forwarded_allow_ips == ""
    assert serving.bind.startswith("127.0.0.1:")
