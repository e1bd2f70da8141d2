"""Which addresses may be evidence."""

import pytest

from recommendations.rules.links import NOT_PUBLIC, check_link, is_public_address

GOOD = [
    "https://example.org/decree/7?x=1#p2",
    "http://example.org",
    "https://example.org:443/",
    "http://example.org:80/",
    "https://пример.рф/указ",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://example.org./a",
]
BAD = {
    "javascript:alert(1)": "link_scheme",
    "data:text/html,x": "link_scheme",
    "ftp://example.org/": "link_scheme",
    "file:///etc/passwd": "link_scheme",
    "example.org/a": "link_scheme",
    "https://": "bad_link",
    "https:///a": "bad_link",
    "https://exa mple.org/": "bad_link",
    "https://[::1/": "bad_link",
    "https://example.org:99999/": "bad_link",
    "https://example.org:8443/": "link_port",
    "https://user@example.org/": "link_userinfo",
    "https://user:secret@example.org/": "link_userinfo",
    "https://example.org@10.0.0.1/": "link_userinfo",
    "http://localhost/": "link_private",
    "http://LOCALHOST./": "link_private",
    "http://intranet/": "link_private",
    "http://printer.local/": "link_private",
    "http://db.internal/": "link_private",
    "http://127.0.0.1/": "link_private",
    "http://10.1.2.3/": "link_private",
    "http://172.16.0.1/": "link_private",
    "http://192.168.1.1/": "link_private",
    "http://169.254.169.254/latest/meta-data": "link_private",
    "http://100.64.0.1/": "link_private",
    "http://0.0.0.0/": "link_private",
    "http://0/": "link_private",
    "http://2130706433/": "link_private",
    "http://0x7f000001/": "link_private",
    "http://0x7f.1/": "link_private",
    "http://0177.0.0.1/": "link_private",
    "http://127.1/": "link_private",
    "http://[::1]/": "link_private",
    "http://[::ffff:127.0.0.1]/": "link_private",
    "http://[::ffff:8.8.8.8]/": "link_private",
    "http://[64:ff9b::7f00:1]/": "link_private",
    "http://[2002:7f00:1::]/": "link_private",
    "http://[fc00::1]/": "link_private",
    "http://[fe80::1]/": "link_private",
    "http://[fec0::1]/": "link_private",
    "http://[ff02::1]/": "link_private",
    "http://224.0.0.1/": "link_private",
    "https://example.org/" + "a" * 2000: "link_too_long",
}


@pytest.mark.parametrize("url", GOOD)
def test_check_link_takes_public_addresses(url):
    assert check_link(url) == []


@pytest.mark.parametrize(("url", "code"), BAD.items())
def test_check_link_says_what_is_wrong(url, code):
    assert [(p.code, p.field) for p in check_link(url, "link")] == [(code, "link")]


@pytest.mark.parametrize("network", NOT_PUBLIC, ids=str)
def test_is_public_address_refuses_both_ends_of_every_special_network(network):
    assert not is_public_address(str(network[0]))
    assert not is_public_address(str(network[-1]))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.32.0.0", "223.255.255.255", "2a00::1"]
)
def test_is_public_address_takes_neighbours(address):
    assert is_public_address(address)
