"""What a device or program adds below a message is known by its line, whatever the line begins with."""

from __future__ import annotations

import pytest

from omni_tui.text.signing import names_a_device


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my phone. Please excuse my thumbs",
        "Sent via Proton Mail",
        "Sent from Outlook",
        "Yahoo Mail: Search, Organize, Conquer",
        "Get Outlook for iOS [1]",
        "Holen Sie sich Outlook für Android",
        "Outlook für iOS beziehen",
        "Obtenir Outlook pour Android",
        "Télécharger Outlook pour iOS",
        "Descargar Outlook para iOS",
        "Outlook for iOSを入手",
        "Von meinem iPhone gesendet",
        "Von Outlook gesendet",
        "Gesendet mit der GMX Mail App",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi Android",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPad",
        "Отправлено с iPhone",
        "发自我的iPhone",
        "从我的 Galaxy 发送",
        "获取 Outlook for iOS",
        "iPhoneから送信",
        "Mein iPhoneから送信",
        "나의 iPhone에서 보냄",
    ],
)
def test_a_device_is_known(line: str) -> None:
    assert names_a_device(line)
    assert names_a_device(f" \t{line.upper()}. ") or not line.isascii()


@pytest.mark.parametrize(
    "line",
    ["", " ", "My order is from Monday", "Gern", "Ich habe das von Outlook gesendet bekommen", "我的订单", "sent"],
)
def test_what_people_write_names_none(line: str) -> None:
    assert not names_a_device(line)
