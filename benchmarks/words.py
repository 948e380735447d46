"""Words for generated text in three languages: a few common, many rare, as in life, and the same for a seed."""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

LANGUAGES = ("en", "zh", "de")
SHARES = (55, 20, 25)
"""Per cent of conversations in each language."""

RARE = "zirconwhistle"
"""A word that stands in a handful of messages."""

_COMMON = {
    "en": (
        "the order and to you of my it is not for a with in please on that we this was but from order parcel arrived"
        " refund invoice delivery damaged broken replacement battery charger screen address changed tracking number"
        " payment failed card account password voucher size colour wrong item label return pickup manual missing part"
        " warehouse shipped tomorrow monday thanks regards kind question answer photo attached box warranty customs"
    ),
    "de": (
        "die und der ist nicht das ich zu mit für auf bitte wir eine Sie von im aber noch Bestellung Paket angekommen"
        " Rückerstattung Rechnung Lieferung beschädigt kaputt Ersatz Akku Ladegerät Bildschirm Adresse geändert"
        " Sendungsnummer Zahlung fehlgeschlagen Karte Konto Kennwort Gutschein Größe Farbe falscher Artikel Etikett"
        " Rücksendung Abholung Anleitung fehlt Teil Lager versandt morgen Montag danke Grüße Frage Antwort Foto Karton"
    ),
    "zh": (
        "我的 订单 还没有 收到 请问 什么时候 发货 物流 信息 没有 更新 退款 金额 发票 包装 破损 屏幕 闪烁 电池 充电器"
        " 可以 换货 吗 地址 已经 变更 付款 失败 银行卡 账户 密码 优惠券 颜色 尺码 发错 退货 标签 上门 取件 说明书 缺少"
        " 配件 仓库 明天 星期一 谢谢 您好 问题 回复 照片 附件 盒子 保修期 海关 客服 快递 签收"
    ),
}
_SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "pra", "sti", "vor", "den", "gal", "hep", "jun", "ras", "tol", "wex", "zim")
_CHARACTERS = "天地山水花草木石风雨雪云星月春夏秋冬金银铜铁书笔纸墨桌椅灯门窗杯盘刀针线布衣帽鞋车船路桥"
_TAIL = 20_000


@cache
def _tail(language: str) -> list[str]:
    """Words that are seldom used, different for each language."""
    made = random.Random(f"tail {language}")
    if language == "zh":
        return ["".join(made.choices(_CHARACTERS, k=made.randint(2, 3))) for _ in range(_TAIL)]
    ending = "ung" if language == "de" else "ing"
    return ["".join(made.choices(_SYLLABLES, k=made.randint(2, 4))) + made.choice(("", ending)) for _ in range(_TAIL)]


@cache
def _common(language: str) -> tuple[list[str], list[float]]:
    words = _COMMON[language].split()
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def sentence(dice: random.Random, language: str, words: int) -> str:
    """About ``words`` words, one in eight of them rare."""
    common, weights = _common(language)
    tail = _tail(language)
    chosen = [
        tail[int(len(tail) * dice.random() ** 3)] if dice.random() < 0.125 else word
        for word in dice.choices(common, cum_weights=weights, k=words)
    ]
    if language == "zh":
        return "".join(chosen) + "。"
    text = " ".join(chosen)
    return text[0].upper() + text[1:] + "."


def paragraphs(dice: random.Random, language: str, words: int) -> str:
    """Sentences of a dozen words in lines, ``words`` words in all."""
    return "\n".join(sentence(dice, language, min(12, words - start)) for start in range(0, words, 12))


def language(dice: random.Random) -> str:
    """One of :data:`LANGUAGES` by its share."""
    return dice.choices(LANGUAGES, SHARES)[0]
