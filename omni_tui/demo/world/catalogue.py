"""What the shop sells. German names are feminine or plural, so that one sentence fits them all."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.demo.world.script import Language


@dataclass(frozen=True, slots=True)
class Product:
    """One article; ``price`` in euros. An empty name: not sold in that language."""

    group: str
    en: str
    de: str
    zh: str
    price: int

    def name(self, language: Language) -> str:
        """What customers of that language call it."""
        return {"en": self.en, "de": self.de, "zh": self.zh}[language]


PRODUCTS = (
    Product("wear", "Greylag Rain Jacket", "Regenjacke Graugans", "灰雁防雨冲锋衣", 189),
    Product("wear", "Sorrel Fleece", "Fleecejacke Ampfer", "酸模抓绒衣", 79),
    Product("wear", "Windhover Shell", "Hardshelljacke Turmfalke", "红隼硬壳冲锋衣", 329),
    Product("wear", "Dipper Softshell", "Softshelljacke Wasseramsel", "河乌软壳外套", 149),
    Product("wear", "Eider Down Jacket", "Daunenjacke Eider", "绒鸭羽绒服", 259),
    Product("wear", "Heather Trekking Trousers", "Trekkinghose Heide", "石楠徒步长裤", 109),
    Product("wear", "Ptarmigan Winter Parka", "Winterjacke Schneehuhn", "雪鸡冬季大衣", 349),
    Product("wear", "Bracken Merino Shirt", "Merino-Weste Farn", "蕨纹美利奴上衣", 69),
    Product("shoes", "Talus Hiking Boot", "Wanderschuhe Talus", "塔勒斯徒步鞋", 219),
    Product("shoes", "Burn Trail Runner", "Trailschuhe Bachlauf", "溪流越野跑鞋", 139),
    Product("shoes", "Moraine Mountain Boot", "Bergschuhe Moräne", "冰碛登山靴", 289),
    Product("pack", "Fellside 45 Backpack", "Rucksacktasche Hang 45", "坡岭45升登山包", 179),
    Product("pack", "Wren 18 Daypack", "Tagestasche Zaunkönig 18", "鹪鹩18升日用包", 79),
    Product("pack", "Drover Duffel 60", "Reisetasche Treiber 60", "牧道60升驮包", 129),
    Product("mat", "Peat Sleeping Mat", "Isomatte Torf", "泥炭充气睡垫", 99),
    Product("stove", "Ember Stove", "", "余烬气炉", 64),
    Product("tent", "Lapwing 2 Tent", "", "凤头麦鸡双人帐篷", 399),
    Product("lamp", "Glow 350 Head Torch", "Stirnlampe Glimm 350", "微光350头灯", 49),
)

COLOURS = {
    "en": ("moss green", "slate", "rust", "midnight blue", "sand", "black", "lichen"),
    "de": ("Moosgrün", "Schiefer", "Rost", "Nachtblau", "Sand", "Schwarz", "Flechte"),
    "zh": ("苔藓绿", "岩灰色", "铁锈红", "午夜蓝", "沙色", "黑色", "雾白"),
}
SIZES = {
    "wear": ("S", "M", "L", "XL", "XXL"),
    "shoes": ("39", "40", "41", "42", "43", "44", "45"),
    "": ("S", "M", "L"),
}


def products(language: Language, group: str = "") -> tuple[Product, ...]:
    """The articles of a group (empty: all) that are sold in a language."""
    return tuple(p for p in PRODUCTS if p.name(language) and group in ("", p.group))


def money(language: Language, euros: int, cents: int = 0) -> str:
    """An amount the way people write it there; yuan at eight to the euro."""
    if language == "zh":
        return f"{euros * 8}元"
    return f"{euros},{cents:02d} €" if language == "de" else f"€{euros}.{cents:02d}"
