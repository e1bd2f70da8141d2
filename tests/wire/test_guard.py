"""Nothing but public addresses is ever connected to, whatever a link, a name server or a redirect says."""

import ipaddress
import socket
import threading
import time

import httpcore2
import pytest

from recommendations.archive.fetch import Fetcher
from recommendations.rules.links import NOT_PUBLIC
from recommendations.wire import guard
from recommendations.wire.guard import Clock, Guard, Stopped, look_up
from tests.archive.site import PUBLIC


def edges():
    for network in NOT_PUBLIC:
        for address in (network[0], network[-1]):
            yield str(address)


DISGUISED = [
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fec0::1",
    "fe80::1%lo",
    "ff02::1",
    "224.0.0.251",
    "169.254.169.254",
    "100.100.100.200",
    "not an address",
]


@pytest.mark.parametrize("address", [*edges(), *DISGUISED])
def test_a_name_that_leads_to_a_special_address_is_refused(web, address):
    web.addresses["evil.org"] = [address]
    with pytest.raises(Stopped) as stopped:
        web.fetcher().fetch("http://evil.org/", lambda _host: True)
    assert (stopped.value.detail, web.dialled) == ("not_public", [])


def test_every_network_of_the_list_is_tried():
    assert len(list(edges())) == 2 * len(NOT_PUBLIC)
    assert ipaddress.ip_network("fec0::/10") in NOT_PUBLIC


def test_several_addresses_of_which_one_is_private(web):
    web.addresses["evil.org"] = [PUBLIC, "10.0.0.1"]
    with pytest.raises(Stopped):
        web.fetcher().fetch("http://evil.org/", lambda _host: True)
    assert web.dialled == []


def test_rebinding_finds_one_look_up_and_the_address_that_was_checked(web):
    web.page("rebinding.org/")
    web.addresses["rebinding.org"] = [[PUBLIC], ["127.0.0.1"]]
    assert web.fetcher().fetch("http://rebinding.org/", lambda _host: True).status == 200
    assert (web.lookups, web.dialled) == (["rebinding.org"], [(PUBLIC, 80)])


def test_rebinding_between_redirects_is_caught(web):
    web.page("rebinding.org/", 302, Location="/again")
    web.addresses["rebinding.org"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(Stopped) as stopped:
        web.fetcher().fetch("http://rebinding.org/", lambda _host: True)
    assert (stopped.value.detail, web.dialled) == ("not_public", [(PUBLIC, 80)])


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1:80/",
        "http://good.org:8080/",
        "http://user:word@good.org/",
        "file:///etc/passwd",
        "gopher://good.org/",
        "javascript:alert(1)",
        "http://private.org/",
        "http://private.org./",
        "//private.org/",
    ],
)
def test_redirects_are_checked_from_scratch(web, target):
    web.addresses["private.org"] = ["192.168.1.1"]
    web.page("good.org/a", 302, Location=target)
    with pytest.raises(Stopped) as stopped:
        web.fetcher().fetch("http://good.org/a", lambda _host: True)
    assert stopped.value.detail == "not_public"
    assert {address for address, _ in web.dialled} == {PUBLIC}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "ftp://good.org/", "http://good.org:22/", "http://a@good.org/", "http://2130706433/"]
)
def test_a_link_itself_is_checked_again(web, url):
    with pytest.raises(Stopped):
        web.fetcher().fetch(url, lambda _host: True)
    assert (web.lookups, web.dialled) == ([], [])


def test_numbers_that_only_the_resolver_understands_lead_nowhere_private():
    for host in ("2130706433", "0x7f000001", "127.1", "0"):
        with pytest.raises(Stopped) as stopped:
            Guard(Clock(5)).connect_tcp(host, 80)
        assert stopped.value.detail == "not_public"


def test_other_ports_and_sockets_of_this_machine_are_refused():
    for act in (lambda way: way.connect_tcp("good.org", 5432), lambda way: way.connect_unix_socket("/run/x")):
        with pytest.raises(Stopped):
            act(Guard(Clock(5), resolve=lambda *_: [PUBLIC]))


def test_a_proxy_of_the_environment_is_not_asked(web, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    web.page("good.org/a")
    assert web.fetcher().fetch("http://good.org/a", lambda _host: True).status == 200


def test_the_name_of_an_international_host_and_a_last_dot(web):
    web.page("xn--e1afmkfd.org/")
    assert web.fetcher().fetch("https://пример.org./", lambda _host: True).status == 200
    assert web.lookups == ["xn--e1afmkfd.org"]


def test_the_next_address_is_tried_when_one_is_silent(web):
    web.page("good.org/a")
    web.addresses["good.org"] = ["2606:4700::1", PUBLIC]
    connect = web.connect

    def only_old(address, port, seconds):
        if ":" in address:
            raise httpcore2.ConnectError
        return connect(address, port, seconds)

    said = web.fetcher()
    fetcher = Fetcher("test", resolve=said.resolve, connect=only_old)
    assert fetcher.fetch("http://good.org/a", lambda _host: True).status == 200


def test_the_system_is_asked_with_a_limit(monkeypatch):
    assert look_up("127.0.0.1", 80, 5) == ["127.0.0.1"]
    answers = {
        "gone": socket.gaierror(socket.EAI_NONAME, "no"),
        "later": socket.gaierror(socket.EAI_AGAIN, "later"),
        "odd": UnicodeError("label too long"),
    }
    forever = threading.Event()

    def ask(host, *_args, **_more):
        if host == "slow":
            forever.wait(5)
        raise answers.get(host, OSError())

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    found = {}
    for host in (*answers, "slow"):
        with pytest.raises(Stopped) as stopped:
            look_up(host, 80, 0.2)
        found[host] = stopped.value.detail
    forever.set()
    assert found == {"gone": "no_such_host", "later": "dns", "odd": "dns", "slow": "dns"}


def test_an_address_that_was_let_through_is_connected_to(web):
    line = guard.dial("127.0.0.1", web.ports()[80], 5)
    assert line.get_extra_info("server_addr") == ("127.0.0.1", web.ports()[80])
    line.close()


def test_a_host_without_an_address(web):
    web.addresses["empty.org"] = []
    with pytest.raises(Stopped) as stopped:
        web.fetcher().fetch("http://empty.org/", lambda _host: True)
    assert stopped.value.detail == "no_such_host"


def test_the_clock_runs_out():
    clock = Clock(0.01)
    time.sleep(0.02)
    with pytest.raises(Stopped) as stopped:
        clock.left()
    assert stopped.value.detail == "timeout"
    assert guard.SECONDS == 10.0
