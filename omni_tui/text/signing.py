"""What stands below a message and is not said: signatures, what devices add, what OpenPGP puts around a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAX_LINE = 400
_BARE_SIGNATURE_LINES = 15
# Ends in what programs add behind themselves: a link, or its number.
_DEVICE = re.compile(
    r"\s*(?:sent from (?:my|an?|the) [\w -]{2,40}(?:[,.;!-]? ?(?:please )?(?:excuse|forgive|pardon) .{2,60})?"
    r"|sent (?:via|using|with) [\w .-]{2,40}|sent via the samsung .{2,60}"
    r"|sent from (?:mail|outlook|yahoo|proton|samsung|android|windows|gmail|aol|hotmail|icloud)[\w .,:!-]{0,60}"
    r"|yahoo mail: search, organize, conquer"
    r"|get outlook for (?:ios|android).{0,60}|holen sie sich outlook .{2,30}|outlook für (?:ios|android) \w{4,15}"
    r"|(?:obtenir|obtenez|télécharge[rz]) outlook pour .{2,20}|(?:obtener|descargar) outlook para .{2,20}"
    r"|(?:获取|取得|下载|下載) ?(?:(?:ios|android) ?版 ?)?outlook.{0,30}"
    r"|outlook for (?:ios|android).{0,3}を(?:入手|取得).{0,3}"
    r"|[发發]自我的\s?\S.{0,30}|[从從]我的.{1,20}(?:发送|傳送)|来自我的.{1,30}|来自.{1,8}邮箱.{0,10}"
    r"|[从從] ?windows .{1,12}(?:发送|傳送)|由 ?yahoo .{2,20}(?:发送|發送)"
    r"|发(?:送)?自 ?(?:outlook|windows) .{2,20}|发自.{0,12}(?:邮箱|手机|iphone|ipad|mail).{0,10}"
    r"|von meinem .{2,40} gesendet|gesendet (?:von|mit|über) .{2,60}|von .{2,20} gesendet"
    r"|diese nachricht wurde von .{2,60} gesendet"
    r"|envoyé (?:de mon|depuis|à partir de) .{2,40}|enviado desde (?:mi|el|outlook|correo|yahoo|gmail) .{2,40}"
    r"|enviado do meu .{2,40}"
    r"|inviato da(?:l mio)? .{2,40}|verstuurd vanaf mijn .{2,40}|отправлено (?:с|из) .{2,40}"
    r"|.{0,8}(?:iphone|ipad|android|galaxy|xperia|outlook|yahoo|windows|スマートフォン|携帯電話).{0,14}から送信"
    r"|나의 \w{2,12}에서 보냄)(?:\s?\[\d{1,3}\]|\s?<https?://[^<>\s]{1,200}>)?[.\s]*$",
    re.IGNORECASE,
)
# What the above begins with where it begins with ASCII: most lines are told by that, in a tenth of the time.
_BEGINNINGS = (
    *("sent ", "yahoo ", "get outlook", "holen sie ", "outlook f", "obten", "descargar ", "von ", "gesendet "),
    *("diese ", "enviado ", "inviato ", "verstuurd "),
)
_HEAD = 12
_SENT_FROM = "から送信"  # the one that may begin with anything
_FOOTER_RULE = re.compile(r"_{20,}\s*$")
_FOOTER_LINES = 6
# What Foxmail signs with unless told otherwise: a rule, and the writer's address alone below it.
_SHORT_RULE = "---"
_ADDRESS_LINES = 4
_ADDRESS_ALONE = re.compile(r"\s*[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\s*")
# OpenPGP's signature around a text (RFC 9580, section 7): what it says of itself, and what it ends with.
_SIGNED, _SEAL = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_SIGNED_LINES = 5


def signature_start(lines: Sequence[str], start: int, end: int) -> int:
    """Where in a run of text from ``start`` to ``end`` its signature begins; ``end`` where there is none."""
    for index in range(start, end):
        line = lines[index]
        if line in ("-- ", "-- \r") or (line.rstrip() == "--" and end - index <= _BARE_SIGNATURE_LINES):
            return index
        if line.startswith(_SEAL):
            return index
        if end - index <= _FOOTER_LINES and _FOOTER_RULE.match(line):
            return index  # what a mailing list adds
        if line.strip() == _SHORT_RULE and _is_an_address(lines[index + 1 : end]):
            return index
    for index in range(end - 1, start - 1, -1):
        line = lines[index]
        if line.strip():
            return index if len(line) <= _MAX_LINE and names_a_device(line) else end
    return end


def _is_an_address(lines: Sequence[str]) -> bool:
    """Whether an address is all there is."""
    if len(lines) > _ADDRESS_LINES:
        return False
    said = [line for line in lines if line.strip()]
    return len(said) == 1 and _ADDRESS_ALONE.fullmatch(said[0]) is not None


def names_a_device(line: str) -> bool:
    """Whether a line is what a device or program adds below a message."""
    head = line.lstrip()[:_HEAD]
    if head.isascii() and not head.lower().startswith(_BEGINNINGS) and _SENT_FROM not in line:
        return False
    return _DEVICE.match(line[:_MAX_LINE]) is not None


def armour(lines: Sequence[str]) -> range:
    """The lines before a text that OpenPGP signed, which say that and nothing else."""
    first = next((index for index, line in enumerate(lines[:_SIGNED_LINES]) if line.strip()), None)
    if first is None or not lines[first].startswith(_SIGNED):
        return range(0)
    end = first
    while end < min(first + _SIGNED_LINES, len(lines)) and lines[end].strip():
        end += 1
    return range(first, end)
