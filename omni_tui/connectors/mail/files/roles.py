"""What a folder, a label or a flag says of the mails in it, in the languages mail programs name them in."""

from __future__ import annotations

from enum import Enum

from omni_tui.connectors.mail.folders import SENT_NAMES
from omni_tui.text.mail.headers import decode_value


class Role(Enum):
    """The kind of place a mail lies in."""

    PLAIN = "plain"
    SENT = "sent"
    DRAFTS = "drafts"
    SPAM = "spam"
    TRASH = "trash"


_NAMES: dict[Role, tuple[str, ...]] = {
    Role.DRAFTS: (
        "drafts", "draft", "entwürfe", "entwurf", "brouillons", "brouillon", "borradores", "borrador", "bozze", "bozza",
        "concepten", "concept", "rascunhos", "rascunho", "草稿", "草稿箱", "下書き", "임시보관함", "черновики",
        "robocze", "wersje robocze",
    ),
    Role.SPAM: (
        "spam", "junk", "junk e-mail", "junk email", "junk mail", "bulk mail", "spamverdacht", "junk-e-mail",
        "courrier indésirable", "indésirables", "correo no deseado", "posta indesiderata", "ongewenst",
        "ongewenste e-mail",
        "lixo eletrónico", "lixo eletrônico", "垃圾邮件", "垃圾郵件", "垃圾箱", "迷惑メール", "스팸함", "스팸", "спам",
    ),
    Role.TRASH: (
        "trash", "bin", "deleted", "deleted items", "deleted messages", "papierkorb", "gelöscht", "gelöschte objekte",
        "gelöschte elemente", "corbeille", "éléments supprimés", "papelera", "elementos eliminados", "cestino",
        "posta eliminata", "prullenbak", "lixeira", "已删除邮件", "已删除", "已刪除的郵件",
        "垃圾桶", "回收站", "ゴミ箱", "휴지통", "корзина", "kosz",
    ),
}  # fmt: skip
_BY_NAME = dict.fromkeys(SENT_NAMES, Role.SENT) | {name: role for role, names in _NAMES.items() for name in names}
_FIRST = (Role.TRASH, Role.SPAM, Role.DRAFTS, Role.SENT)
"""Of several roles the one that counts: what was sent and thrown away is thrown away."""


def folder_role(path: tuple[str, ...]) -> Role:
    """What the names of a folder and of those above it say: below the trash everything is trash."""
    return _weightiest(path)


def labels_role(header: str) -> Role:
    """What Gmail's ``X-Gmail-Labels`` says."""
    return _weightiest(tuple(label.strip().strip('"') for label in decode_value(header).split(",")))


def _weightiest(names: tuple[str, ...]) -> Role:
    found = {_BY_NAME.get(name.casefold(), Role.PLAIN) for name in names}
    return next((role for role in _FIRST if role in found), Role.PLAIN)


def utf7_name(name: str) -> str:
    """A folder's name from the form IMAP and Maildir++ keep it in (RFC 3501, section 5.1.3); as it is if it is none."""
    if "&" not in name:
        return name
    parts = name.split("&")
    decoded = [parts[0]]
    for part in parts[1:]:
        code, dash, rest = part.partition("-")
        if not dash:
            return name
        try:
            decoded.append((f"+{code.replace(',', '/')}-".encode().decode("utf-7") if code else "&") + rest)
        except UnicodeError:
            return name
    return "".join(decoded)
