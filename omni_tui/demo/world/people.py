"""The customers: made-up people at made-up places, all on names that can never exist (RFC 2606, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from omni_tui.demo.world.script import Language

SHOP = "Larkfell Outdoor"
SHOP_ADDRESS = "support@larkfell.example"
SHOP_DOMAIN = "larkfell.example"
AGENTS = (("mira", "Mira"), ("jonas", "Jonas"), ("lin", "Lin"))
"""Who answered so far: login and first name."""
YOU = ("sam", "Sam")
"""Who is at the keyboard."""

Writes = str
"""The mail program somebody writes with: ``gmail``, ``outlook``, ``apple``, ``phone``, ``qq``, ``plain``."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. ``formal`` ones greet with more words; ``company`` is empty for private people."""

    name: str
    first: str
    address: str
    language: Language
    city: str
    street: str
    writes: Writes
    formal: bool
    company: str = ""


_FIRST = {
    "en": "Ada Alice Amara Beatrix Callum Cora Declan Edith Elspeth Esme Fergus Flora Freya Gwen Hamish Hazel Imani"
    " Isla Jasper Keir Leona Lorcan Mabel Maeve Nadia Niamh Oscar Owen Pippa Priya Quentin Rhona Rory Saoirse"
    " Silas Tamsin Theo Una Wilf Zadie",
    "de": "Anke Arne Birte Carsten Dörte Elif Enno Fenja Friederike Gesa Hanno Henrike Ines Jannik Jorid Kerstin"
    " Kilian Lasse Leonie Malte Marit Matthis Nele Ole Pauline Ronja Sönke Svenja Tjark Ulrike Vincent Wiebke",
    "zh": "思远 晓彤 雨桐 子涵 浩然 佳怡 文博 梦琪 志强 丽华 俊杰 雅婷 一鸣 欣然 建国 秋月 天佑 若曦 明哲 海燕 宇航"
    " 静怡 泽宇 诗涵 立群 春梅",
}
_LAST = {
    "en": "Abernethy Ashdown Barrowby Birkett Blackmoor Calloway Cawthorne Drummore Eastlake Fairholm Garrick"
    " Hathersage Inglewood Jessop Kirkbride Langdale Marchbank Netherby Okoro Penhallow Quayle Ravensworth"
    " Sallow Thackray Underhill Varley Wetherall Yarrow",
    "de": "Ahlbrecht Brockmöller Claasen Dahlhoff Eickstedt Feddersen Grothues Haverkamp Immenkamp Jordemann"
    " Kleinschmidt Lüdtke Möhring Niehoff Oberbeck Petersdorf Quandtmann Rahlfs Siepmann Tönnies Uhlenbrock"
    " Vossberg Westerkamp Yildizhan Zumbrink",
    "zh": "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 欧阳 司徒",
}
_PINYIN = (
    "siyuan xiaotong yutong zihan haoran jiayi wenbo mengqi zhiqiang lihua junjie yating yiming xinran jianguo"
    " qiuyue tianyou ruoxi mingzhe haiyan yuhang jingyi zeyu shihan liqun chunmei"
)
_SURNAMES = "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo ouyang situ"
_CITIES = {
    "en": "Ambleford,Brackenhall,Castle Mere,Dunwick,Easterhope,Glenmarrow,Harrowby,Kelderdale,Port Lorne,Stonebeck",
    "de": "Altenbrück,Birkenau am See,Dornfelde,Eschenried,Hohenlinde,Kaltenbach,Neuwerder,Steinhagen Süd",
    "zh": "青岚市,云溪市,临江市,安澜市,明川市,白鹭市",
}
_STREETS = {
    "en": "{n} Weaver Lane,{n} Harbour Row,Flat {m}; {n} Tannery Street,{n} Old Mill Road",
    "de": "Lindenweg {n},Am Deich {n},Gerberstraße {n},Zum Alten Forsthaus {n}",
    "zh": "桂花路{n}号{m}单元,江滨大道{n}号,梧桐里小区{m}栋,文昌街{n}号",
}
_DOMAINS = {
    "en": ("letterbox.example", "post-and-quill.example", "homemail.example", "fastpost.example"),
    "de": ("postkiste.example", "briefmarke.example", "nordpost.example", "mailhaus.example"),
    "zh": ("youjian.example", "feige.example", "qingniao.example"),
}
_COMPANIES = {
    "en": (
        ("Fellwalkers Club Dunwick", "fellwalkers.example"),
        ("Ridgeway Guides Ltd", "ridgeway-guides.example"),
        ("Northmoor Outdoor School", "northmoor-school.example"),
        ("Kelder Rescue Volunteers", "kelder-rescue.example"),
    ),
    "de": (
        ("Wanderverein Hohenlinde e. V.", "wv-hohenlinde.example"),
        ("Bergschule Kaltenbach GmbH", "bergschule-kaltenbach.example"),
        ("Waldkita Birkenau", "waldkita.example"),
        ("Deichläufer Neuwerder", "deichlaeufer.example"),
    ),
    "zh": (
        ("青岚山野户外有限公司", "qinglan-huwai.example"),
        ("云溪徒步俱乐部", "yunxi-club.example"),
        ("明川智能科技有限公司", "mingchuan-tech.example"),
    ),
}
_WRITES = {
    "en": ("gmail", "gmail", "outlook", "apple", "phone", "plain"),
    "de": ("gmail", "outlook", "outlook", "apple", "phone", "plain"),
    "zh": ("qq", "qq", "qq", "outlook", "phone"),
}
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", " ": ""})


def person(rng: Random, language: Language, taken: set[str], *, business: bool = False) -> Person:
    """Somebody new: the address is not in ``taken``, and is put there."""
    while True:
        firsts, lasts = _FIRST[language].split(), _LAST[language].split()
        given, family = rng.randrange(len(firsts)), rng.randrange(len(lasts))
        first, last = firsts[given], lasts[family]
        company, domain = rng.choice(_COMPANIES[language]) if business else ("", "")
        if language == "zh":
            name = last + first
            local = _SURNAMES.split()[family] + rng.choice(("", ".", "_")) + _PINYIN.split()[given]
            local += "" if business else str(rng.randrange(80, 2000))
        else:
            name = f"{first} {last}"
            small_first, small_last = first.lower().translate(_FOLD), last.lower().translate(_FOLD)
            local = rng.choice(
                (
                    f"{small_first}.{small_last}",
                    f"{small_first[0]}.{small_last}",
                    f"{small_last}{rng.randrange(60, 99)}",
                )
            )
        address = f"{local}@{domain or rng.choice(_DOMAINS[language])}"
        if address not in taken:
            break
    taken.add(address)
    street = rng.choice(_STREETS[language].split(",")).replace(";", ",")
    return Person(
        name=name,
        first=first,
        address=address,
        language=language,
        city=rng.choice(_CITIES[language].split(",")),
        street=street.format(n=rng.randrange(2, 99), m=rng.randrange(1, 9)),
        writes="outlook" if business else rng.choice(_WRITES[language]),
        formal=business or rng.random() < 0.4,
        company=company,
    )
