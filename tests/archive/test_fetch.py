"""Fetching, from real servers that mean it badly."""

import resource
import time

import pytest

from recommendations.archive.fetch import KEPT, LOOKED_AT, Busy
from recommendations.wire.guard import Stopped
from tests.archive import site
from tests.archive.site import PAGE


def fetch(web, url, may_visit=lambda _host: True, **said):
    return web.fetcher(**said).fetch(url, may_visit)


def detail(web, url, **said):
    with pytest.raises(Stopped) as stopped:
        fetch(web, url, **said)
    return stopped.value.detail


def test_a_page_comes_whole_and_we_say_who_we_are(web):
    web.page("good.org/a?b=1", Content_Type="Text/HTML; Charset='Windows-1251'", Set_Cookie="a=b")
    answer = fetch(web, "http://good.org/a?b=1#c")
    assert (answer.status, answer.content, answer.detail) == (200, PAGE.encode(), "")
    assert (answer.media_type, answer.charset, answer.url) == ("text/html", "windows-1251", "http://good.org/a?b=1#c")
    ((_at, host, path, headers),) = web.requests
    assert (host, path, headers["User-Agent"]) == ("good.org", "/a?b=1", "test")
    assert {"Cookie", "Referer", "Authorization"} & set(headers) == set()


def test_https_with_the_hosts_name(web):
    web.page("secure.org/a")
    assert fetch(web, "https://secure.org/a").content == PAGE.encode()


def test_a_certificate_of_somebody_else_or_of_nobody(web):
    web.page("other.org/a")
    assert detail(web, "https://other.org/a") == "tls"
    assert detail(web, "https://secure.org/a", trust=None) == "tls"


def test_redirects_are_followed_three_times(web):
    for number in range(5):
        web.page(f"good.org/{number}", 302, Location=f"/{number + 1}", Set_Cookie="a=b")
    web.page("good.org/5")
    assert fetch(web, "http://good.org/2").url == "http://good.org/5"
    assert all("Cookie" not in headers for *_rest, headers in web.requests)
    assert detail(web, "http://good.org/1") == "redirects"


def test_a_loop_and_a_move_to_nowhere(web):
    web.page("good.org/a", 301, Location="http://good.org/a")
    web.page("good.org/b", 301)
    web.page("good.org/c", 302, Location="http://[::1/")
    web.page("good.org/d", 302, Location=f"http://{'ö' * 70}.org/")
    assert detail(web, "http://good.org/a") == "redirects"
    assert fetch(web, "http://good.org/b").status == 301
    assert detail(web, "http://good.org/c") == "protocol"
    assert detail(web, "http://good.org/d") == "protocol"


def test_another_host_on_the_way_is_asked_for_its_turn(web):
    web.page("good.org/a", 302, Location="http://other.org/")
    web.page("other.org/")
    asked = []
    assert fetch(web, "http://good.org/a", lambda host: not asked.append(host)).status == 200
    assert asked == ["other.org"]
    with pytest.raises(Busy):
        fetch(web, "http://good.org/a", lambda _host: False)


@pytest.mark.parametrize("path", ["silent", "drips_head"])
def test_a_slow_server_has_so_long_in_all(web, path):
    web.script(f"good.org/{path}", getattr(site, path))
    start = time.monotonic()
    assert detail(web, f"http://good.org/{path}", seconds=0.6) == "timeout"
    assert time.monotonic() - start < 2


def test_a_body_that_drips_is_there_and_not_whole(web):
    web.script("good.org/a", site.drips_body)
    start = time.monotonic()
    answer = fetch(web, "http://good.org/a", seconds=0.6)
    assert (answer.status, answer.detail) == (200, "timeout")
    assert answer.content.startswith(b"<html><p>Once upon a time and")
    assert time.monotonic() - start < 2


def test_the_time_is_for_all_redirects_together(web):
    def slow(line):
        time.sleep(0.4)
        line.sendall(b"HTTP/1.1 302 So\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n")

    web.script("good.org/a", slow)
    assert detail(web, "http://good.org/a", seconds=0.9) == "timeout"


def test_an_endless_page_ends_at_the_limit(web):
    web.script("good.org/a", site.endless)
    answer = fetch(web, "http://good.org/a")
    assert (len(answer.content), answer.detail) == (KEPT, "too_large")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_unpacked_no_further_than_the_limit(web, coding):
    web.page("good.org/a", body=site.bomb(coding=coding), Content_Encoding=coding)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = fetch(web, "http://good.org/a")
    assert (len(answer.content), answer.detail) == (KEPT, "too_large")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes; the bomb has 200 MB


def test_a_packed_page_is_unpacked(web):
    web.page("good.org/a", body=site.packed(PAGE), Content_Encoding="gzip")
    assert fetch(web, "http://good.org/a").content == PAGE.encode()


@pytest.mark.parametrize(("coding", "body"), [("br", b"x"), ("gzip", b"no"), ("gzip", site.packed(PAGE)[:-9])])
def test_a_body_that_cannot_be_unpacked(web, coding, body):
    web.page("good.org/a", body=body, Content_Encoding=coding)
    assert fetch(web, "http://good.org/a").detail == "encoding"


@pytest.mark.parametrize("media_type", ["video/mp4", "application/octet-stream", "application/zip"])
def test_what_is_not_kept_is_looked_at_only(web, media_type):
    web.page("good.org/a", body=b"a" * 3_000_000, Content_Type=media_type)
    answer = fetch(web, "http://good.org/a")
    assert (len(answer.content), answer.detail) == (LOOKED_AT, "not_kept")


@pytest.mark.parametrize("script", [site.headers_flood, site.one_long_header])
def test_headers_have_an_end(web, script):
    web.script("good.org/a", script)
    assert detail(web, "http://good.org/a") == "headers"


@pytest.mark.parametrize(
    ("script", "said"), [(site.hangs_up, "protocol"), (site.talks_nonsense, "protocol")], ids=["hangs up", "nonsense"]
)
def test_servers_that_do_not_answer(web, script, said):
    web.script("good.org/a", script)
    assert detail(web, "http://good.org/a") == said


def test_a_connection_that_is_refused(web):
    for door in web.doors.values():
        door.close()
    web.ports = lambda: {80: 1, 443: 1}
    assert detail(web, "http://good.org/a") == "connection"


def test_a_document_that_breaks_off(web):
    web.script("good.org/a", site.breaks_off)
    answer = fetch(web, "http://good.org/a")
    assert (answer.detail, answer.content) == ("incomplete", b"<p>Only this")


def test_odd_headers_do_no_harm(web):
    web.page("good.org/a", Content_Type="text/html ; charset=\xff", X="\xe9")
    assert fetch(web, "http://good.org/a").media_type == "text/html"
    web.page("good.org/b", Content_Type="<script>", cf_mitigated="challenge")
    answer = fetch(web, "http://good.org/b")
    assert (answer.media_type, answer.is_wall) == ("", True)
