"""Answers as bytes: headers no value can break out of, a body that arrives as written."""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail.compose import compose, meant_for, recipients, subject
from omni_tui.connectors.mail.headers import ids_field, text_field
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.address import Address
from omni_tui.model.commands import PassedOn, Quote, Send, SentFile
from omni_tui.model.errors import Permanent
from omni_tui.text.mail import parse
from omni_tui.text.mail.forward import forwarded

SETTINGS = MailSettings(address="support@shop.test", imap_host="i", smtp_host="s", name="The Shop")
FIELDS = ["Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
anything = st.text(st.characters(exclude_categories=()), max_size=300)


def send(**changes: object) -> Send:
    values: dict[str, object] = {
        "key": "o1.hmac@shop.test",
        "to": (Address("ana@example.test", "Ana"),),
        "text": "Hello",
        "created_at": 1_795_000_000_000,
    }
    return Send(**(values | changes))  # type: ignore[arg-type]


def settings(**changes: object) -> MailSettings:
    values: dict[str, object] = {"address": "support@shop.test", "imap_host": "i", "smtp_host": "s"}
    return MailSettings(**(values | changes))  # type: ignore[arg-type]


def test_the_same_command_gives_the_same_bytes() -> None:
    command = send(subject="Ünïcode 订单", quote=Quote(Address("a@b.test"), 1_794_000_000_000, "text"))
    assert compose(command, SETTINGS) == compose(command, SETTINGS)


def test_signature_and_quote_below_the_answer() -> None:
    quote = Quote(Address("ana@example.test", "Ana\r\nBcc: x"), 1_793_750_400_000, "Where is it?\r\n> earlier\n\nAna\n")
    mail = parse(compose(send(quote=quote, reply_keys=("a@b",)), settings(signature="The Shop\nHamburg")))
    assert mail.text.splitlines() == [
        "Hello",
        "",
        "-- ",
        "The Shop",
        "Hamburg",
        "",
        "On 2026-11-04 00:00 UTC, Ana Bcc: x wrote:",
        "> Where is it?",
        ">> earlier",
        ">",
        "> Ana",
    ]
    bare = parse(compose(send(quote=quote), settings(quote=False)))
    assert bare.text.strip() == "Hello"


def test_a_quoted_message_of_an_impossible_year() -> None:
    mail = parse(compose(send(quote=Quote(Address("a@b.test"), 10**18, "hi")), SETTINGS))
    assert "a@b.test wrote:" in mail.text


@pytest.mark.parametrize(
    ("given_subject", "ref", "reply", "expected"),
    [
        ("Where is it?", 7, True, "Re: Where is it? [#7]"),
        ("Re: Re: Where is it? [#7]", 7, True, "Re: Where is it? [#7]"),
        ("回复：AW: Fwd: 订单", 7, True, "Re: 订单 [#7]"),
        ("", 7, True, "Re: [#7]"),
        ("Hello", 0, False, "Hello"),
        ("Hello\r\nBcc: eve@example.test", 7, True, "Re: Hello Bcc: eve@example.test [#7]"),
    ],
)
def test_subject(given_subject: str, ref: int, reply: bool, expected: str) -> None:
    assert subject(given_subject, ref, reply=reply) == expected


@given(name=anything, own=anything, title=anything, text=anything, signature=anything, who=anything, quoted=anything)
def test_no_value_can_add_a_header(
    name: str, own: str, title: str, text: str, signature: str, who: str, quoted: str
) -> None:
    command = send(
        to=(Address("ana@example.test", name),),
        subject=title,
        text=text,
        quote=Quote(Address("a@b.test", who), 0, quoted),
    )
    raw = compose(command, settings(name=own, signature=signature))
    mail = email.message_from_bytes(raw)
    assert mail.keys() == FIELDS and mail.defects == []
    head, _blank, content = raw.partition(b"\r\n\r\n")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in head.replace(b"\r\n", b"") and b"\r" not in head.replace(b"\r\n", b"")
    assert content.replace(b"\r\n", b"").count(b"\n") == 0
    assert [address for _name, address in email.utils.getaddresses([mail["To"]])] == ["ana@example.test"]
    assert [address for _name, address in email.utils.getaddresses([mail["From"]])] == ["support@shop.test"]


def test_letters_of_their_own_are_not_taken_for_others() -> None:
    both = send(to=(Address("ana@faß.example"),), cc=(Address("ana@fass.example"), Address("groß@a.example")))
    assert recipients(both) == ("ana@xn--fa-hia.example", "ana@fass.example", "groß@a.example")
    assert recipients(send(to=(Address("gross@a.example"), Address("groß@a.example")))) == (
        "gross@a.example",
        "groß@a.example",
    )


@given(st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=400))
def test_subject_and_names_arrive_as_written(value: str) -> None:
    value = " ".join(value.split())
    raw = compose(send(subject=value, to=(Address("ana@example.test", value),)), settings())
    assert all(len(line) <= 500 for line in raw.split(b"\r\n"))
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    decoded = str(email.header.make_header(email.header.decode_header(email.message_from_bytes(raw)["Subject"])))
    assert decoded.replace("\r\n", "") == subject(value, 0, reply=False)
    assert mail["To"].addresses[0].addr_spec == "ana@example.test"


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), max_size=2000))
def test_the_text_arrives_as_written(text: str) -> None:
    raw = compose(send(text=text), SETTINGS)
    payload = email.message_from_bytes(raw).get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n") == text.rstrip() + "\n"
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.test>, <eve@example.test",
        "ana@example.test\r\nRCPT TO:<eve@x>",
        "no-at-sign",
        "a b@example.test",
        "@x",
        "ü ü@x.test",
        "ü@",
        "ü\u2028@x.test",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Permanent):
        compose(send(to=(Address(address),)), SETTINGS)
    with pytest.raises(Permanent):
        recipients(send(cc=(Address(address),)))


def test_domains_of_any_script_and_double_recipients() -> None:
    command = send(to=(Address("ana@bücher.test"),), cc=(Address("ANA@bücher.test"), Address("bo@example.test")))
    assert recipients(command) == ("ana@xn--bcher-kva.test", "bo@example.test")
    assert meant_for(command) == ("ana@xn--bcher-kva.test",)
    assert b"<" not in compose(command, settings()).partition(b"Cc:")[2].partition(b"\r\nMessage-ID")[0]


def test_a_message_without_recipient_or_id_is_refused() -> None:
    with pytest.raises(Permanent):
        compose(send(to=()), SETTINGS)
    with pytest.raises(Permanent):
        compose(send(key="a> <b\r\nX: y"), SETTINGS)


def test_long_references_keep_the_first_and_the_last() -> None:
    keys = [f"{number:04}.{'x' * 40}@example.test" for number in range(100)]
    field = ids_field("References", keys)
    kept = [each.strip("<>") for each in field.split()[1:]]
    assert len(field) < 1100 and kept[0] == keys[0] and kept[-10:] == keys[-10:]
    # A long Message-ID stays as it is: encoded it would name nothing.
    assert f"<{'y' * 300}@example.test>\r\n" in ids_field("References", ["a@b", "y" * 300 + "@example.test"])
    assert ids_field("References", ["with space", "umläut@x", ""]) == ""


def test_text_that_looks_encoded_stays_text() -> None:
    field = text_field("Subject", "=?utf-8?q?Bcc?=")
    [(value, charset)] = email.header.decode_header(field.partition(": ")[2].strip())
    assert value == b"=?utf-8?q?Bcc?=" and charset == "utf-8"


def test_an_alias_has_a_name_and_a_signature_of_its_own() -> None:
    own = settings(
        name="The Shop",
        signature="Support",
        aliases=("Sales@shop.test",),
        alias_names={"sales@shop.test": "Sales"},
        alias_signatures={"sales@shop.test": "The sales team"},
    )
    from_sales = parse(compose(send(sender="sales@shop.test"), own))
    assert from_sales.from_ is not None
    assert (from_sales.from_.name, from_sales.from_.address) == ("Sales", "Sales@shop.test")
    assert from_sales.text.splitlines()[-1] == "The sales team"
    # An address that was an alias when the answer was written and is none any more: the mailbox's own.
    former = parse(compose(send(sender="old@shop.test"), own))
    assert former.from_ is not None and former.from_.address == "support@shop.test"
    assert former.text.splitlines()[-1] == "Support"


def test_what_no_person_wrote_says_so() -> None:
    mail = email.message_from_bytes(compose(send(automatic=True), SETTINGS))
    assert mail["Auto-Submitted"] == "auto-replied" and mail["X-Auto-Response-Suppress"] == "All"
    assert email.message_from_bytes(compose(send(), SETTINGS))["Auto-Submitted"] is None


def test_addresses_of_any_script_stand_as_they_are() -> None:
    raw = compose(send(to=(Address("用户@例子.test", "Li"),)), SETTINGS)
    assert "Li <用户@xn--fsqu00a.test>".encode() in raw
    assert recipients(send(to=(Address("用户@例子.test"),))) == ("用户@xn--fsqu00a.test",)


@given(st.lists(st.tuples(anything, anything, st.binary(max_size=300)), min_size=1, max_size=3), anything)
def test_files_arrive_as_they_are_and_their_names_break_out_of_nothing(
    given_files: list[tuple[str, str, bytes]], text: str
) -> None:
    files = tuple(SentFile(*each) for each in given_files)
    raw = compose(send(text=text, files=files), SETTINGS)
    mail = email.message_from_bytes(raw)
    assert mail.keys() == [*FIELDS[:-1]] and mail.defects == []
    parts = mail.get_payload()
    assert isinstance(parts, list)
    assert [part.get_payload(decode=True) for part in parts[1:]] == [each.data for each in files]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    for part in parts[1:]:
        assert part.keys() == ["Content-Type", "Content-Disposition", "Content-Transfer-Encoding"]
    assert compose(send(text=text, files=files), SETTINGS) == raw


def test_a_file_name_of_any_script_is_read_again() -> None:
    files = (SentFile("Rechnung März 订单.pdf", "application/pdf", b"x"), SentFile("a b.txt", "text/plain", b"y"))
    found = parse(compose(send(files=files), SETTINGS)).attachments
    assert [(each.name, each.mime) for each in found] == [
        ("Rechnung März 订单.pdf", "application/pdf"),
        ("a b.txt", "text/plain"),
    ]


def test_a_file_has_its_name_for_those_who_know_no_other_form_too() -> None:
    """QQ and Outlook read encoded words in ``name`` and nothing else."""
    long = "帐篷杆断了一节请问可以寄一根新的吗谢谢你们的帮助" * 8 + ".pdf"
    names = ("退款 说明.txt", "plain.txt", long)
    raw = compose(send(files=tuple(SentFile(name, "text/plain", b"x") for name in names)), SETTINGS)
    parts = email.message_from_bytes(raw).get_payload()
    assert isinstance(parts, list)
    told = [part.get_param("name", "") for part in parts[1:]]
    crude = [str(email.header.make_header(email.header.decode_header(each))) for each in told]
    assert crude[:2] == ["退款 说明.txt", ""]
    found = [each.name for each in parse(raw).attachments]
    assert found[:2] == ["退款 说明.txt", "plain.txt"]
    assert found[2] == crude[2] and found[2].endswith(".pdf") and long.startswith(found[2].removesuffix(".pdf"))
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_a_message_passed_on_stands_below_what_is_written() -> None:
    inner = PassedOn(
        Address("lena@example.test", "Lena\r\nBcc: eve@evil.test"),
        (Address("support@shop.test", "Shop"),),
        (),
        1_793_750_400_000,
        "Order\r\n4417",
        "Where is it?\n\nLena",
    )
    command = send(text="Do you have it?", subject="Re: Order 4417 [#7]", ref=7, passed_on=inner)
    raw = compose(command, settings(signature="The Shop"))
    mail = parse(raw)
    assert (mail.subject, mail.reply_keys if hasattr(mail, "reply_keys") else ()) == ("Fwd: Order 4417 [#7]", ())
    assert mail.text.splitlines() == [
        "Do you have it?",
        "",
        "-- ",
        "The Shop",
        "",
        "---------- Forwarded message ----------",
        "From: Lena Bcc: eve@evil.test <lena@example.test>",
        "Date: 2026-11-04 00:00 UTC",
        "Subject: Order 4417",
        "To: Shop <support@shop.test>",
        "",
        "Where is it?",
        "",
        "Lena",
    ]
    # What reads forwards tells who wrote the message inside.
    found = forwarded(raw, mail)
    assert found is not None and found.author.address == "lena@example.test"


@given(name=anything, title=anything, text=anything, to=anything)
def test_nothing_that_is_passed_on_can_add_a_header(name: str, title: str, text: str, to: str) -> None:
    inner = PassedOn(Address(to, name), (Address(name, to),), (), 10**18, title, text)
    raw = compose(send(subject=title, passed_on=inner), SETTINGS)
    assert [*email.message_from_bytes(raw).keys()] == FIELDS
