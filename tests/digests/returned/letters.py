"""What mail servers write when a digest comes back, and what else comes to that address."""

from email.message import EmailMessage
from email.utils import make_msgid

ENVELOPE = "bounces@register.example.org"


def returned_headers(row, unsubscribe=""):
    """The head of the digest as the server that had it returns it."""
    lines = [f"To: {row.recipient}", "Subject: Weekly digest", f"Message-ID: {row.message_id}"]
    lines += [f"List-Unsubscribe: <{unsubscribe}>"] if unsubscribe else []
    return "\n".join(lines) + "\n\n"


def dsn(*recipients, to=ENVELOPE, original="", subject="Undelivered Mail Returned to Sender", whole=False):
    """A report of RFC 3464: each of the recipients is a dict of fields."""
    blocks = ["Reporting-MTA: dns; mx.example.org\nX-Queue-ID: 4Zb\n"]
    blocks += ["".join(f"{name}: {value}\n" for name, value in fields.items()) for fields in recipients]
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    text = f"""From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: {subject}
Auto-Submitted: auto-replied
Message-ID: {make_msgid()}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

I could not deliver it.

--=_b
Content-Type: message/delivery-status

{chr(10).join(blocks)}
--=_b
Content-Type: {kind}

{original}
--=_b--
"""
    return text.encode("utf-8", "surrogateescape")


def failed(address, status="5.1.1", said="550 5.1.1 No such user", action="failed"):
    """The fields of one recipient."""
    return {
        "Final-Recipient": f"rfc822; {address}",
        "Action": action,
        "Status": status,
        "Diagnostic-Code": f"smtp; {said}",
    }


def complaint(original, *, kind="abuse", more="", to=ENVELOPE):
    """A report of RFC 5965."""
    text = f"""From: feedback@provider.example
To: {to}
Subject: FW: Weekly digest
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_c"

--=_c
Content-Type: text/plain

This is a complaint.

--=_c
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1
Version: 1
{more}
--=_c
Content-Type: message/rfc822

{original}
--=_c--
"""
    return text.encode("utf-8", "surrogateescape")


def out_of_office(to=ENVELOPE, **headers):
    """What a machine answers."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "alice@example.org", to, "Out of office"
    for name, value in (headers or {"Auto-Submitted": "auto-replied"}).items():
        message[name.replace("_", "-")] = value
    message.set_content("I am away.")
    return message.as_bytes()
