"""The pictures of the documentation and their index, drawn anew from the demonstration: `make screenshots`.

A picture is called after its page, and after what is unusual about it: `item-phone-dark.webp`. ONLY=item,list draws some of them.
"""

# ruff: noqa: F811 - fixtures are imported

import base64
import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from recommendations.actions import followup
from recommendations.actions.followup import Statement
from recommendations.digests import letters
from recommendations.digests.audience import Reader
from recommendations.models import Person, Subscription
from recommendations.rules.periods import Period
from recommendations.web.styleguide import page as styleguide
from relations import urls as doors
from tests.browser.windows import chromium, come, register  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
LARGEST, TOGETHER = 150_000, 2_500_000
QUALITY = 82  # of WebP: letters stay sharp, and a page is a third of what it is as PNG
WIDTHS = {"phone": 390, "print": 794}
ONLY = [name for name in os.environ.get("ONLY", "").split(",") if name]


def conflict(page: Page) -> None:
    """Report a status after somebody else did."""
    page.check("[name=value][value=in_preparation]")
    page.fill("[name=narrative]", "Demonstration: the programme is being drafted.")
    faster = Person.objects.get(email__startswith="steward@")
    Person.objects.filter(pk=faster.pk).update(role="administrator")
    said = Statement(as_of=timezone.now().date(), narrative="Demonstration: looked at, and nothing was found.")
    faster.refresh_from_db()
    followup.assess("RB-06", "no_action", kind="review", statement=said, actor=faster, now=timezone.now(), seen=None)
    page.click("main button[type=submit] >> nth=-1")


def imported(page: Page) -> None:
    """Send a table with changes, something new, and something wrong."""
    rows = (
        "reference,title_en,priority,target_on,instrument,source",
        "RB-02,Grant fund for border and interregional projects,high,2027-06-30,fund,sutyrin-2019",
        "RB-04,Joint anti-sanction strategy,normal,2027-13-01,strategy,sutyrin-2019",
        "RB-11,Common register of standards,normal,,standard,sutyrin-2019",
    )
    table = {"name": "recommendations.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.set_input_files("[name=file]", table)
    page.click("main button[type=submit] >> nth=0")


def published(page: Page) -> None:
    """Publish a report, and read it."""
    page.get_by_label("Name", exact=True).fill("Half-yearly report")
    page.get_by_role("button", name="Publish it").click()


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it: `height` of the window, `act` what is done there first."""

    name: str
    path: str
    caption: str
    who: str = ""
    height: int = 900
    act: Callable[[Page], None] | None = None

    @property
    def ways(self) -> list[str]:
        """What is unusual about it."""
        return self.name.split("-")[1:]


PICTURES = [
    Picture("overview", "/", "The overview: figures, what is late, what moved", height=1000),
    Picture("overview-phone", "/", "The overview on a phone"),
    Picture("list", "/recommendations/", "The list as a table"),
    Picture("list-dark", "/recommendations/?delivery=overdue,due_soon", "The list with filters set, dark"),
    Picture("list-phone-russian", "/recommendations/", "The list on a phone, in Russian"),
    Picture("board", "/recommendations/?view=board", "The list as a board", height=1200),
    Picture("timeline", "/recommendations/?view=timeline&group=theme", "The list as a timeline"),
    Picture("item", "/recommendations/RB-02/", "A recommendation: both ratings, and all about it", height=1100),
    Picture("item-phone-dark", "/recommendations/RB-02/", "A recommendation on a phone, dark"),
    Picture("item-russian", "/recommendations/RB-07/", "A recommendation in Russian", height=1000),
    Picture("item-print", "/recommendations/RB-02/", "A recommendation on paper", height=1123),
    Picture("assess", "/recommendations/RB-06/assess/", "Update status: each says what it needs", "owner", 1000),
    Picture("reading", "/sources/sutyrin-2019/#p41", "The text of a source with its tracked passages"),
    Picture("history", "/history/", "The history of everything", height=1000),
    Picture("my", "/my/", "My work: what an owner owes", "owner", 1200),
    Picture("organizations", "/organizations/", "Organizations"),
    Picture("organization", "/organizations/demo-education-ministry/", "What one is responsible for", height=1000),
    Picture("digests", "/digests/", "Digests that one gets", "owner", 1000),
    Picture("account", "/account/", "One's account", "owner"),
    Picture("import", "/import/", "An import, before anything is written", "steward", 1000, imported),
    Picture("report", "/reports/new/", "A publication, frozen", "steward", 1100, published),
    Picture("styleguide", "/styleguide/#controls", "The style guide of developers"),
    Picture("conflict", "/recommendations/RB-06/assess/", "Somebody was faster", "owner", 1000, conflict),
]
MAILS = [
    Picture("mail", "en", "A digest", height=1180),
    Picture("mail-phone-dark-russian", "ru", "A digest on a phone, dark, in Russian"),
]


class Doors:
    """Addresses as they are with DEBUG on."""

    handler404 = doors.handler404
    urlpatterns = [*styleguide.urlpatterns, *doors.urlpatterns]


def test_draw(come, chromium, settings):
    settings.ROOT_URLCONF = Doors
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir() if not ONLY else ():
        old.unlink()
    for mail in [one for one in MAILS if not ONLY or one.name in ONLY]:
        _draw_mail(chromium, mail)
    for picture in [one for one in PICTURES if not ONLY or one.name in ONLY]:
        window = come(picture.who, size=_size(picture), scheme=_scheme(picture), language=_language(picture))
        _shoot(_opened(window, picture), picture)
        window.context.close()
        window.context = None
    pictures = sorted(FOLDER.glob("*.webp"))
    assert {path.name: path.stat().st_size for path in pictures if path.stat().st_size > LARGEST} == {}
    assert sum(path.stat().st_size for path in pictures) <= TOGETHER
    (FOLDER / "README.md").write_text(_index())


def _opened(window, picture: Picture) -> Page:
    page = window.open(picture.path)
    if picture.act:
        picture.act(page)
    if "print" in picture.ways:
        page.emulate_media(media="print")
        page.evaluate("document.body.style.padding = '3rem'")  # the margins of a sheet
    return page


def _draw_mail(chromium, mail: Picture) -> None:
    width, height = _size(mail)
    width = 720 if width > WIDTHS["print"] else width
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=_scheme(mail))
    page = context.new_page()
    page.set_content(letter(mail.path).html)
    _shoot(page, mail)
    if folder := os.environ.get("WHOLE"):  # to look at all of it
        page.screenshot(path=Path(folder) / f"{mail.name}.png", full_page=True)
        Path(folder, f"{mail.name}.txt").write_text(letter(mail.path).text)
    context.close()


def letter(language):
    """What the owner's digest of everything says of the last month."""
    now = timezone.now()
    wish = Subscription(
        person=Person.objects.get(email__startswith="owner@"),
        cadence="monthly",
        language=language,
        created_at=now - dt.timedelta(days=90),
    )
    period = Period(now - dt.timedelta(days=30), now + dt.timedelta(minutes=1))
    return letters.preview(Reader(wish, period, now, delivery=uuid4()))  # as it is sent: it can be answered


def _shoot(page: Page, picture: Picture) -> None:
    page.wait_for_load_state("networkidle")
    said = {"format": "webp", "quality": QUALITY}
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", said)
    (FOLDER / f"{picture.name}.webp").write_bytes(base64.b64decode(shot["data"]))


def _size(picture: Picture) -> tuple[int, int]:
    width = next((WIDTHS[way] for way in picture.ways if way in WIDTHS), 1280)
    return width, 844 if "phone" in picture.ways else picture.height


def _scheme(picture: Picture) -> str:
    return "dark" if "dark" in picture.ways else "light"


def _language(picture: Picture) -> str:
    return "ru" if "russian" in picture.ways else "en"


def _index() -> str:
    """Return the list of pictures, wide ones by themselves."""
    lines = [
        "# Screenshots",
        "",
        "Drawn by `make screenshots` from the demonstration; all of it is invented. Do not edit.",
        "",
    ]
    for one in [*PICTURES, *MAILS]:
        lines += [f"## {one.caption}", "", f"![{one.caption}]({one.name}.webp)", ""]
    return "\n".join(lines)
