"""What machines that look for pages find: robots.txt, and every public address once."""

import datetime as dt
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from django.templatetags.static import static

from recommendations.web import robots
from tests.factories import RecommendationFactory

pytestmark = pytest.mark.django_db
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ROOT = "https://register.example.org"


@pytest.fixture(autouse=True)
def there(settings):
    settings.PUBLIC_URL = ROOT


def places(client, address):
    answer = client.get(address.removeprefix(ROOT))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies
    return [(node.findtext(f"{MAP}loc"), node.findtext(f"{MAP}lastmod")) for node in ET.fromstring(answer.content)]


def test_map_leads_to_every_public_page_once(client, owned, item):
    RecommendationFactory(reference="T-901", visibility="internal")
    files = [address for address, _changed in places(client, "/sitemap.xml")]
    found = dict(place for file in files for place in places(client, file))
    assert found[f"{ROOT}/recommendations/T-900/"] == item.updated_at.isoformat()
    assert {f"{ROOT}/", f"{ROOT}/sources/{item.source.slug}/", f"{ROOT}/organizations/ministry/"} <= set(found)
    assert f"{ROOT}/recommendations/T-901/" not in found
    for address in found:
        assert client.get(address.removeprefix(ROOT)).status_code == 200, address
    robot = RobotFileParser()
    robot.parse(client.get("/robots.txt").content.decode().splitlines())
    assert all(robot.can_fetch("any", address) for address in found)


def test_map_is_cut_into_files(client, item, monkeypatch):
    monkeypatch.setattr(robots, "MOST", 2)
    made = [item, *RecommendationFactory.create_batch(4, source=item.source)]
    files = [address for address, _changed in places(client, "/sitemap.xml") if "recommendations" in address]
    assert files == [f"{ROOT}/sitemap/recommendations-{number}.xml" for number in (1, 2, 3)]
    found = [place for file in files for place in places(client, file)]
    assert sorted(address for address, _changed in found) == sorted(
        f"{ROOT}/recommendations/{one.reference}/" for one in made
    )
    for missing in ("recommendations-4", "recommendations-0", "people-1", "pages-2", "sources-9999999"):
        assert client.get(f"/sitemap/{missing}.xml").status_code == 404
    assert all(dt.datetime.fromisoformat(changed).tzinfo for _address, changed in found)


def test_robots_are_told_what_is_not_for_them(client, settings):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {ROOT}/sitemap.xml" in text
    robot = RobotFileParser()
    robot.parse(text.splitlines())
    for closed in ("/admin/", "/account/login/", "/api/v1/exports/recommendations.csv"):
        assert not robot.can_fetch("any", f"{ROOT}{closed}")
    settings.PUBLIC_SITE = False
    answer = client.get("/robots.txt")
    assert answer.content == b"User-agent: *\nDisallow: /\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert client.get("/sitemap.xml").status_code == 302


def test_browsers_that_ask_by_themselves_find_the_sign(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.url) == (302, static("recommendations/icons/relations.svg"))
