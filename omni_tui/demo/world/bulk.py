"""What no customer wrote: newsletters, notices of machines, out-of-office answers, spam; and mischief."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Automatic:
    """A mail of a machine. ``html`` ones carry only HTML."""

    name: str
    address: str
    subject: str
    text: str
    headers: tuple[str, ...] = ()
    html: bool = False


_LIST = ("List-Id: <news.{domain}>", "List-Unsubscribe: <https://{domain}/leave>", "Precedence: bulk")
_AUTO = ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All")
_ROBOT = ("Auto-Submitted: auto-generated",)

AUTOMATIC = (
    Automatic(
        "Retail Ledger",
        "weekly@retail-ledger.example",
        "This week: five signs your checkout is too long",
        "Five signs your checkout is too long.\n\nAlso in this issue: what a returns label really costs, and why one"
        " shop stopped asking for phone numbers.\n\nRead on: https://retail-ledger.example/issue/212",
        _LIST,
        html=True,
    ),
    Automatic(
        "Retail Ledger",
        "weekly@retail-ledger.example",
        "This week: the quiet end of the paper catalogue",
        "The quiet end of the paper catalogue.\n\nThree shops tell us what they did with the money instead.",
        _LIST,
        html=True,
    ),
    Automatic(
        "Parcelwise",
        "no-reply@parcelwise.example",
        "Collection confirmed: 14 parcels",
        "Your collection of today is confirmed.\n\nParcels: 14\nDepot: Dunwick\nManifest: PW-220417\n\nThis is an"
        " automatic message, answers are not read.",
        _ROBOT,
    ),
    Automatic(
        "Parcelwise",
        "no-reply@parcelwise.example",
        "Two parcels could not be delivered",
        "Two parcels of your shipment PW-220391 could not be delivered and are on their way back to you.\n\nReason:"
        " recipient not found.",
        _ROBOT,
    ),
    Automatic(
        "Zahlwerk",
        "noreply@zahlwerk.example",
        "Ihre Auszahlung vom Monatsersten",
        "Guten Tag,\n\ndie Auszahlung Nr. 88-2041 wurde heute angewiesen. Die Aufstellung finden Sie in Ihrem"
        " Händlerkonto.\n\nDiese Nachricht wurde automatisch erstellt.",
        _ROBOT,
    ),
    Automatic(
        "Zahlwerk",
        "noreply@zahlwerk.example",
        "Rückbuchung zu Vorgang 88-1990",
        "Guten Tag,\n\nzu Vorgang 88-1990 liegt eine Rückbuchung vor. Bitte nehmen Sie innerhalb von sieben Tagen"
        " Stellung.\n\nDiese Nachricht wurde automatisch erstellt.",
        _ROBOT,
    ),
    Automatic(
        "快递管家",
        "notice@kuaidi-guanjia.example",
        "今日揽收完成：23件",
        "您好，今日揽收已完成，共23件，异常0件。\n\n本邮件由系统自动发送，请勿回复。",
        _ROBOT,
    ),
    Automatic(
        "户外商家周刊",
        "news@shangjia-zhoukan.example",
        "本期看点：换季清仓怎么做不亏本",
        "本期看点：换季清仓怎么做不亏本；三家小店的退货率是怎么降下来的。",
        _LIST,
        html=True,
    ),
    Automatic(
        "Tamsin Varley",
        "t.varley@ridgeway-guides.example",
        "Automatic reply: Your quotation",
        "I am out with a group until Thursday and have no reception. For bookings write to my colleagues in the"
        " office.",
        _AUTO,
    ),
    Automatic(
        "Kerstin Rahlfs",
        "k.rahlfs@bergschule-kaltenbach.example",
        "Abwesenheitsnotiz: Ihr Angebot",
        "Ich bin bis Montag nicht im Büro. Ihre Nachricht wird nicht weitergeleitet.",
        _AUTO,
    ),
    Automatic(
        "陈雨桐",
        "chenyutong@mingchuan-tech.example",
        "自动回复：报价单",
        "您好，我正在休假，下周一回来上班，紧急事宜请联系行政部。",
        _AUTO,
    ),
    Automatic(
        "Mail Delivery System",
        "mailer-daemon@fastpost.example",
        "Delayed Mail (still being retried)",
        "This is the mail system. Your message could not be delivered for 4 hours. It will be retried until it is"
        " 2 days old.",
        _ROBOT,
    ),
    Automatic(
        "Growth Ninja",
        "hello@growth-ninja.example",
        "Quick question about larkfell.example",
        "Hi there,\n\nI came across your page and could not help noticing that it is not on page one. We have helped"
        " 340 outdoor shops to ten times their visitors. Do you have fifteen minutes on Tuesday?\n\nP.S. Just answer"
        ' "stop" and I will never write again.',
        _LIST,
    ),
    Automatic(
        "Growth Ninja",
        "hello@growth-ninja.example",
        "Re: Quick question about larkfell.example",
        "Hi again,\n\nin case my last mail slipped through: Wednesday would work, too.",
        _LIST,
    ),
    Automatic(
        "Sales Dept",
        "sales7@bulk-carabiner.example",
        "Best price carabiner factory direct!!!",
        "Dear Purchase Manager,\n\nwe are factory of carabiner since 12 years. MOQ 5000 pcs, price from 0.11. Waiting"
        " your kind reply.",
        ("Precedence: bulk",),
    ),
    Automatic(
        "Kartenhaus Messe",
        "news@kartenhaus-messe.example",
        "Nur noch wenige Standplätze frei",
        "Sichern Sie sich jetzt Ihren Stand auf der Messe für Berg und Wasser. Frühbucher sparen 20 Prozent.",
        _LIST,
        html=True,
    ),
    Automatic(
        "Backup",
        "backup@hosting-dunwick.example",
        "[backup] larkfell-web: OK",
        "Job: larkfell-web\nResult: OK\nFiles: 18,204\nSize: 3.1 GB\nDuration: 4m 12s",
        _ROBOT,
    ),
    Automatic(
        "Backup",
        "backup@hosting-dunwick.example",
        "[backup] larkfell-web: WARNING disk 81 %",
        "Job: larkfell-web\nResult: WARNING\nTarget disk is 81 % full.",
        _ROBOT,
    ),
)

MISCHIEF = (
    Automatic(
        "Robert [/bold] Tables",
        "bobby@letterbox.example",
        "[URGENT] [/] [@click=app.quit]refund[/] {order}",
        "Hello [b]team[/b],\n\nmy subject looks odd because my mail program is odd. My question is not: where is order"
        " {order}?\n\n[link=https://phish.example]click here[/link]\n\nBobby",
    ),
    Automatic(
        '=HYPERLINK("http://phish.example")',
        "formula@fastpost.example",
        "=2+5+cmd|' /C calc'!A0",
        'I signed up with a spreadsheet for a name. Could you change it to "Formula Person" in my account?',
    ),
    Automatic(
        "\u202emoc.elpmaxe@troppus",
        "mirror@homemail.example",
        "Invoice \u202efdp.exe",
        "Is the attached really from you? The file name reads one way and ends another.",
    ),
    Automatic(
        "Escape \x1b[31mArtist\x1b[0m",
        "escape@post-and-quill.example",
        "\x1b]0;owned\x07Colour of the jacket?",
        "Is the rust really \x1b[31mthis red\x1b[0m on the page? On my screen it looks more like \x1b[7mbrick\x1b[0m.",
    ),
)
"""Real questions in a hostile shape: they must be shown harmless, and be answerable."""

FULL_MAILBOX = "formula@fastpost.example"
"""Whose server takes no more mail, to show what a refused answer looks like."""
