"""Text is read in the charset it is in, whatever the label says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.mail.charset import decode

TEXTS = {
    "gbk": "您好，我上周购买的行李箱拉链坏了，想申请退款，请问需要多长时间？",
    "gb18030": "朱镕基先生的订单還沒有到，請幫忙查一下，谢谢您的帮助。",
    "big5": "您好，我上週購買的行李箱拉鍊壞了，想申請退款，請問需要多久時間？",
    "cp932": "こんにちは。先週購入したスーツケースのファスナーが壊れました。返金をお願いします。",
    "euc-jp": "こんにちは。先週購入したスーツケースのファスナーが壊れました。返金をお願いします。",
    "cp949": "안녕하세요. 지난주에 구입한 가방의 지퍼가 고장났습니다. 환불을 요청합니다.",
    "cp1251": "Здравствуйте! На чемодане сломалась молния, прошу вернуть деньги.",
    "koi8-r": "Здравствуйте! На чемодане сломалась молния, прошу вернуть деньги.",
    "cp1253": "Καλημέρα, το φερμουάρ της βαλίτσας χάλασε, παρακαλώ επιστρέψτε τα χρήματα.",
    "cp1252": "Guten Tag, die Größe ist zu groß. L’été dernier à Noël: “œuvre” – 5 €. Mit schönen Grüßen",
}
WRONG = ("", "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "x-unknown", "gb2312", "rot13")


@pytest.mark.parametrize("label", WRONG)
@pytest.mark.parametrize("charset", TEXTS)
def test_a_wrong_label_does_no_harm(charset: str, label: str) -> None:
    if (charset, label) == ("cp1253", "gb2312"):
        pytest.skip("Greek labelled as Chinese is nothing anybody sends")
    assert decode(TEXTS[charset].encode(charset), label) == TEXTS[charset]


@pytest.mark.parametrize("label", ["gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc-kr"])
@pytest.mark.parametrize(
    "text",
    [
        "Könnten Sie bitte prüfen, wo mein Päckchen für München bleibt? Grüße, Jürgen, Straße 5",
        "Ma commande n'est pas arrivée. Pourriez-vous vérifier où se trouve le colis? Hélène, Besançon",
        "El señor Muñoz pidió información: ¿cuándo llegará? También la niña espera.",
    ],
)
def test_western_letters_labelled_as_chinese_are_none(text: str, label: str) -> None:
    assert decode(text.encode("cp1252"), label) == text
    assert decode(text.encode("cp1252"), "", label) == text


@pytest.mark.parametrize("label", ["koi8-r", "KOI8-U"])
@pytest.mark.parametrize(
    "text",
    [
        *("Größe", "für Sie", "Jürgen Müller", "Rückfrage zu Öl", "Hélène", "Écrire à Besançon", "où?", "È così"),
        "Guten Tag, die Größe ist zu groß. L’été dernier à Noël: “œuvre” – 5 €. Mit schönen Grüßen",
        "Könnten Sie bitte prüfen, wo mein Päckchen für München bleibt? Grüße, Jürgen, Straße 5, ÖSTERREICH",
        "Ma commande n'est pas arrivée à Besançon. Elle a été créée où? À bientôt, Hélène",
        "El señor Muñoz pidió información: ¿cuándo llegará? También la niña espera.",
        "Perché non è arrivato? Così non si può: è già la terza volta, e la città è Forlì.",
    ],
)
def test_western_letters_labelled_as_russian_are_none(text: str, label: str) -> None:
    assert decode(text.encode("cp1252"), label) == text
    assert decode(text.encode("cp1252"), "", label) == text


@pytest.mark.parametrize("label", ["koi8-r", "koi8-u"])
@pytest.mark.parametrize(
    "text",
    [
        *("Да", "ДА", "и", "я", "И", "ёж", "Ё", "SMSка", "iPhoneы", "e-mailом", "PDFы и SMSки"),
        "Dear Sir, the type в is out of stock, please take и or я. Regards, Анна",
        "Здравствуйте! Пришла SMSка, на iPhone'е не открывается PDFка и e-mailы. Заказ 4417, XXLный размер.",
        # Written with a Latin i, for KOI8-R has none.
        "пiдтвердження",
        "вiн",
        "Вiн",
        "ВIН",
        "Чи прийшов мiй лист? Вiдповiдь потрiбна сьогоднi. ПIДТВЕРДIТЬ",
    ],
)
def test_russian_beside_latin_letters_stays_russian(text: str, label: str) -> None:
    assert decode(text.encode(label), label) == text
    assert decode(text.encode(label), "", label) == text


@given(
    st.lists(
        st.one_of(
            st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяё", min_size=1, max_size=9),
            st.text("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯ", min_size=2, max_size=9),
            st.sampled_from(["Hello", "iPhone", "PDF", "4417", "ok,", "-"]),
        ),
        min_size=1,
    )
)
def test_whole_russian_words_are_never_taken_for_western_ones(words: list[str]) -> None:
    text = " ".join(words)
    assert decode(text.encode("koi8-r"), "koi8-r") == text


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "gb2312", "big5", "shift_jis", "koi8-r", "euc-kr"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_utf8_is_told_from_what_it_is_labelled(text: str, label: str) -> None:
    assert decode(text.encode(), label) == text


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("gb2312", "gbk", "一"),
        ("gbk", "gbk", "Dear Mr. 媛 and Ms. 塒, the 丂 order of 喆 is on its way, Mr. 陶 knows. Best wishes"),
        ("big5", "big5hkscs", "Dear Mr. 謝 and Ms. 陳, the order of 堃 is on its way, Mr. 陶 knows. Best wishes, 喆"),
        ("iso-8859-1", "cp1252", "Ö"),
        ("iso-8859-1", "cp1252", "é"),
        ("iso-8859-2", "iso-8859-2", "Łódź"),
        ("windows-1250", "cp1250", "příliš žluťoučký kůň"),
        ("windows-1256", "cp1256", "مرحبا، أريد استرداد نقودي"),
        ("big5", "big5", "退款"),
        ("ks_c_5601-1987", "cp949", "환불"),
        ("shift_jis", "cp932", "①株式会社～"),
        ("iso-2022-jp", "iso-2022-jp", "返金をお願いします"),
        ("csISO2022JP", "iso-2022-jp", "返金"),
        ("utf-7", "utf-7", "Größe 退款"),
        ("unicode-1-1-utf-7", "utf-7", "Größe"),
        ("utf-16", "utf-16", "Größe"),
        ("utf-16le", "utf-16-le", "plain"),
        ("hz-gb-2312", "hz", "退款"),
        ("EUC-JP", "euc-jp", "『世界人権宣言』"),
        ('"gb2312"', "gbk", "退款"),
        ("utf-8*en", "utf-8", "Größe"),
    ],
)
def test_a_right_label_is_obeyed(label: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), label) == text


def test_japanese_of_seven_bits_needs_no_label() -> None:
    assert decode("返金をお願いします".encode("iso-2022-jp")) == "返金をお願いします"


def test_a_byte_order_mark_is_label_enough() -> None:
    assert decode("Größe".encode("utf-16")) == "Größe"


def test_a_damaged_byte_costs_one_character() -> None:
    text = "Schöne Größe, schöne Grüße, " * 3
    assert decode(text.encode() + b"\xff", "utf-8") == text + "\ufffd"


@given(
    st.binary(max_size=200),
    st.sampled_from((*WRONG, "utf-7", "utf-16", "hz", "big5", "shift_jis", "euc-kr", "iso-2022-kr")),
)
def test_no_bytes_raise(data: bytes, label: str) -> None:
    decode(data, label, "gbk")
