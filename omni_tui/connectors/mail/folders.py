"""Which folder holds what was sent, what was filed as junk, what is put away."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.connectors.mail.folder_names import FolderName

# As mail programs and providers name it where the server does not tell by RFC 6154.
SENT_NAMES = (
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "sent-mail",
    "已发送",
    "已发送邮件",
    "已发邮件",
    "已发送消息",
    "已傳送",
    "寄件備份",
    "gesendet",
    "gesendete objekte",
    "gesendete elemente",
    "gesendete nachrichten",
    "envoyés",
    "éléments envoyés",
    "messages envoyés",
    "enviados",
    "elementos enviados",
    "mensagens enviadas",
    "posta inviata",
    "inviata",
    "verzonden",
    "verzonden items",
    "wysłane",
    "отправленные",
    "送信済み",
    "送信済みメール",
    "送信済みアイテム",
    "보낸편지함",
    "보낸 편지함",
    "itens enviados",
    "elementy wysłane",
    "skickat",
    "skickade objekt",
    "sendt post",
    "sendte elementer",
    "lähetetyt",
    "odeslaná pošta",
)


JUNK_NAMES = (
    "junk",
    "spam",
    "junk e-mail",
    "junk email",
    "bulk mail",
    "垃圾邮件",
    "垃圾箱",
    "垃圾郵件",
    "spamverdacht",
    "unerwünscht",
    "junk-e-mail",
    "courrier indésirable",
    "indésirables",
    "correo no deseado",
    "lixo eletrônico",
    "posta indesiderata",
    "迷惑メール",
    "スパム",
    "스팸메일함",
    "정크 메일",
    "spam-verdacht",
    "ongewenste e-mail",
    "skräppost",
    "roskaposti",
    "нежелательная почта",
    "спам",
)


def find_sent(folders: Sequence[FolderName], configured: str = "") -> str | None:
    """The configured folder if it is there, else the one marked ``\\Sent``, else one with a usual name."""
    return _find(folders, configured, b"\\sent", SENT_NAMES)


def find_junk(folders: Sequence[FolderName]) -> str | None:
    """The folder marked ``\\Junk``, else one with a usual name."""
    return _find(folders, "", b"\\junk", JUNK_NAMES)


def find_named(folders: Sequence[FolderName], name: str) -> str | None:
    """The folder of this name, if there is one that can be opened. What lies below the inbox need not say so."""
    return _find(folders, name, b"", ())


def _find(folders: Sequence[FolderName], configured: str, role: bytes, names: Sequence[str]) -> str | None:
    open_to_use = [f for f in folders if b"\\noselect" not in f.flags and b"\\nonexistent" not in f.flags]
    if configured:
        there = {f.name for f in open_to_use}
        # A server may keep all of an account's folders below its inbox (RFC 2342, section 5).
        written = (configured, *(f"INBOX{f.delimiter}{configured}" for f in open_to_use))
        return next((name for name in written if name in there), None)
    for folder in open_to_use:
        if role in folder.flags:
            return folder.name
    by_name = {f.name.rpartition(f.delimiter)[2].casefold(): f.name for f in reversed(open_to_use)}
    return next((by_name[name] for name in names if name in by_name), None)
