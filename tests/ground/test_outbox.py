"""Mail that is kept as files, and the pages that show it to administrators."""

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from relations import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "relations.outbox.Outbox"
    settings.OUTBOX = tmp_path / "out box"
    return settings.OUTBOX


@pytest.fixture
def administrator(erin):
    client = Client()
    client.force_login(erin)
    return client


def send(subject="Сводка: what changed", html="<p>Hello <b>there</b></p>"):
    mail = EmailMultiAlternatives(subject, "Hello https://register.example.org/x there", to=["alice@example.org"])
    if html:
        mail.attach_alternative(html, "text/html")
    assert mail.send() == 1
    return outbox.names()[0]


def test_mail_is_kept_whole_for_its_owner_only(folder):
    name = send()
    assert [path.name for path in folder.iterdir()] == [f"{name}.eml"]
    assert folder.stat().st_mode & 0o777 == 0o700
    kept = outbox.read(name)
    assert (kept.subject, kept.to) == ("Сводка: what changed", "alice@example.org")
    assert kept.text.strip() == "Hello https://register.example.org/x there"
    assert kept.html.strip() == "<p>Hello <b>there</b></p>"


def test_mail_to_nobody_is_not_kept(folder):
    assert EmailMultiAlternatives("Nobody").send() == 0
    assert outbox.names() == []


def test_newest_is_first():
    old = outbox.keep(b"Subject: old\r\n\r\n", now=datetime(2026, 1, 1, tzinfo=UTC))
    new = outbox.keep(b"Subject: new\r\n\r\n", now=datetime(2026, 1, 2, tzinfo=UTC))
    assert outbox.names() == [new, old]
    assert outbox.read(old).kept_at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "..", "../secret_key", "20260101T000000000000-0000000g", "x" * 300, "a\0b"])
def test_name_is_no_path(name, folder):
    folder.mkdir()
    (folder.parent / "secret_key.eml").write_text("secret")
    assert outbox.read(name) is None


def test_list_and_message_and_download(administrator):
    name = send()
    listed = administrator.get("/admin/outbox/")
    assert listed.status_code == 200
    assert "Сводка: what changed" in listed.content.decode()
    assert f"/admin/outbox/{name}/" in listed.content.decode()
    shown = administrator.get(f"/admin/outbox/{name}/").content.decode()
    assert 'href="https://register.example.org/x"' in shown
    assert "alice@example.org" in shown
    assert "<b>there</b>" not in shown
    download = administrator.get(f"/admin/outbox/{name}/html")
    assert "<b>there</b>" in download.content.decode()
    assert download["Content-Disposition"] == f'attachment; filename="{name}.html"'
    assert download["Content-Security-Policy"].startswith("sandbox")
    assert download["X-Content-Type-Options"] == "nosniff"


def test_text_only_mail_has_no_html_to_download(administrator):
    name = send(html="")
    assert f"{name}/html" not in administrator.get(f"/admin/outbox/{name}/").content.decode()
    assert administrator.get(f"/admin/outbox/{name}/html").status_code == 404


def test_hostile_mail_is_only_text(administrator):
    outbox.keep(b"Subject: <script>alert(1)</script>\r\nTo: <b>@x\r\n\r\n<script>alert(2)</script>")
    page = (
        administrator.get("/admin/outbox/").content + administrator.get(f"/admin/outbox/{outbox.names()[0]}/").content
    )
    assert b"<script>alert" not in page


def test_mail_without_body_is_shown(administrator):
    outbox.keep(b"")
    assert administrator.get(f"/admin/outbox/{outbox.names()[0]}/").status_code == 200


def test_empty_outbox_says_so(administrator):
    assert "Nothing has been sent yet." in administrator.get("/admin/outbox/").content.decode()


def test_page_says_where_mail_goes(administrator, settings):
    assert "instead of being sent" in administrator.get("/admin/outbox/").content.decode()
    settings.EMAIL_BACKEND = "relations.lines.Smtp"
    assert "by the configured mail server" in administrator.get("/admin/outbox/").content.decode()


def test_administration_leads_to_the_outbox(administrator):
    assert 'href="/admin/outbox/"' in administrator.get("/admin/").content.decode()


def test_long_list_has_pages(administrator):
    for day in range(1, 29):
        outbox.keep(b"Subject: one\r\n\r\n", now=datetime(2026, 1, day, tzinfo=UTC))
        outbox.keep(b"Subject: two\r\n\r\n", now=datetime(2026, 2, day, tzinfo=UTC))
    first = administrator.get("/admin/outbox/")
    assert len(first.context["messages_kept"]) == 50
    second = administrator.get("/admin/outbox/", {"before": first.context["older"]})
    assert len(second.context["messages_kept"]) == 6
    assert second.context["older"] == ""
    names = [kept.name for page in (first, second) for kept in page.context["messages_kept"]]
    assert names == outbox.names()


def test_missing_message_is_not_found(administrator):
    assert administrator.get("/admin/outbox/20260101T000000000000-00000000/").status_code == 404
    assert administrator.get("/admin/outbox/nothing/html").status_code == 404


def test_outbox_is_for_administrators(people):
    name = send()
    for role, person in people.items():
        client = Client()
        if person:
            client.force_login(person)
        for address in ("/admin/outbox/", f"/admin/outbox/{name}/", f"/admin/outbox/{name}/html"):
            expected = {"visitor": 302, "administrator": 200}.get(role, 404)
            assert client.get(address).status_code == expected, (role, address)
            assert client.post(address).status_code == 405
