"""The relay's whole promise: set up by its verbs on one host, an engine on another, the widget in a real browser and
the inbox in a real terminal. Somebody chats, leaves, and comes back by mail: two sides of one customer."""

from __future__ import annotations

import email
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import truth
from support.browser import chromium, sync_api
from support.chat import Shop
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import mail, mail_table, write_config
from support.smtp import SmtpServer
from support.tmux import Terminal, environment, inbox_command

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

expect = sync_api.expect
SERVER = "mx.shop.test"
HANG_S = 40.0


class Host:
    """A host of its own: a home, and the program's processes in it; they end with the block."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700, parents=True)
        self.home, self._running = home, list[subprocess.Popen[bytes]]()

    def run(self, *words: str) -> str:
        command = [sys.executable, "-m", "omni_tui", *words]
        env = environment(self.home)
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=HANG_S, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *words: str) -> Path:
        """Run it as a service does; the file its words go to."""
        log = self.home / "service.log"
        with log.open("wb") as out:
            command = [sys.executable, "-m", "omni_tui", *words]
            self._running.append(subprocess.Popen(command, env=environment(self.home), stdout=out, stderr=out))
        return log

    def end(self) -> None:
        for process in self._running:
            process.send_signal(signal.SIGTERM)
            process.wait(HANG_S)


@pytest.fixture
def pages() -> Iterator[Shop]:
    running = Shop()
    yield running
    running.close()
    assert running.violations == []


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path / "public")
    yield host
    host.end()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path / "office")
    yield host
    host.end()


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        made = browser.new_context(locale="zh-CN")
        yield made
        made.close()


def relay_on(public: Host, pages: Shop, more: str) -> str:
    """Set a relay up by its verbs and start it; the engine's token."""
    folder = public.home / "relay"
    made = public.run("relay", "init", str(folder), "--url", "https://relay.example", "--port", "0", "--json")
    config = folder / "relay.toml"
    chat = f'[chats.help]\norigins = ["{pages.url}"]\nask = "email"\n{more}\n'
    config.write_text(f"{config.read_text('utf-8')}\n{chat}", "utf-8")
    log = public.start("relay", "serve", str(folder))
    wait_until(lambda: " port " in log.read_text("utf-8"))
    port = log.read_text("utf-8").partition(" port ")[2].partition(",")[0]
    pages.relay = f"http://127.0.0.1:{port}"
    return str(json.loads(made)["token"])


def engine_on(office: Host, relay: str, token: str, table: Mapping[str, object]) -> tuple[Path, Path]:
    """An engine with a mailbox and the chat; its configuration and store."""
    chat = {"kind": "chat", "relay": relay, "chat": "help", "password": token}
    config = write_config(office.home / "config.toml", {"support": table, "web": chat})
    text = config.read_text().replace('kind = "mail"', f'kind = "mail"\nauth_servers = ["{SERVER}"]')
    config.write_text(f"{text}[inbox]\nundo_send_s = 1\n")
    store = office.home / "data" / "omni.db"
    office.start("--config", str(config), "--store", str(store), "engine")
    wait_until(store.exists)
    wait_until(lambda: truth.health(store) == {"support": ("ok", ""), "web": ("ok", "")})
    return config, store


def vouched(raw: bytes, address: str) -> bytes:
    """As the shop's own server writes it above a mail it has checked."""
    domain = address.rpartition("@")[2]
    return f"Authentication-Results: {SERVER}; dmarc=pass header.from={domain}\r\n".encode() + raw


def open_chat(context: BrowserContext, pages: Shop, address: str) -> Page:
    pages.lang = "zh"
    page = context.new_page()
    page.goto(f"{pages.url}/tents")
    page.locator(".launch").click()
    page.get_by_label("您的称呼").fill("陈思远")
    page.get_by_label("您的邮箱").fill(address)
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("输入消息").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".visitor .words").last).to_have_text(text)


def customers(store: Path) -> int:
    return len(truth.rows(store, "SELECT DISTINCT root_id FROM customers"))


def test_from_the_chat_to_mail_one_customer(
    public: Host,
    office: Host,
    pages: Shop,
    context: BrowserContext,
    dovecot: Dovecot,
    smtp: SmtpServer,
    shop: str,
    customer: str,
) -> None:
    token = relay_on(public, pages, "")
    config, store = engine_on(office, pages.relay, token, mail_table(dovecot, smtp, shop))
    with Terminal(inbox_command(config, store), environment(office.home), columns=200, rows=50) as inbox:
        page = open_chat(context, pages, customer)
        say(page, "帐篷杆断了,怎么办?")
        inbox.wait_for("陈思远", "帐篷杆断了")
        inbox.press("Enter")
        inbox.wait_for(f"says they are {customer}, which nothing proves", "on the page", "language zh-CN")
        expect(page.locator(".fate")).to_have_text("已读")
        page.goto(f"{pages.url}/stoves")
        inbox.wait_for("Page stoves", "open since", "Page tents")
        page.locator(".launch").click()

        page.get_by_label("输入消息").press_sequentially("还有", delay=20)
        inbox.wait_for("陈思远 is typing…")
        inbox.press("r")
        inbox.wait_for("REPLY", "chat to 陈思远")
        inbox.type("您好,我们寄一根新的。")
        expect(page.locator(".typing")).to_contain_text("正在输入")
        inbox.press("C-j")
        expect(page.locator(".agent .words")).to_have_text("您好,我们寄一根新的。")
        page.close()
        assert customers(store) == 1

        letter = mail(f"Chen <{customer}>", shop, "新的杆收到了,谢谢!", subject="谢谢", key="c1@example.test")
        dovecot.deliver(shop, vouched(letter, customer), sender=customer)
        inbox.wait_for("新的杆收到了", f"one customer with {customer} now", "has proven", "mail 谢谢")
        inbox.press("C-q")
        inbox.wait_for("ended with 0")
    assert customers(store) == 1
    assert len(truth.conversations(store)) == 2


def test_a_message_left_is_answered_by_mail_and_the_mail_comes_back_to_it(
    public: Host,
    office: Host,
    pages: Shop,
    context: BrowserContext,
    dovecot: Dovecot,
    smtp: SmtpServer,
    shop: str,
    customer: str,
) -> None:
    closed = (datetime.now(UTC) + timedelta(days=3)).strftime("%a").lower()
    token = relay_on(public, pages, f'hours = ["{closed} 9-10"]')
    config, store = engine_on(office, pages.relay, token, mail_table(dovecot, smtp, shop))
    page = open_chat(context, pages, customer)
    expect(page.locator(".hello")).to_contain_text("客服暂时不在线")
    say(page, "在吗?")
    expect(page.locator(".fate")).to_have_text("已发送")
    page.close()
    with Terminal(inbox_command(config, store), environment(office.home)) as inbox:
        inbox.wait_for("陈思远", "在吗?")
        inbox.press("Enter")
        inbox.wait_for("written while nobody was there")
        inbox.press("r")
        inbox.wait_for("REPLY", f"mail to {customer}", "nothing proves it is theirs")
        inbox.type("在的,我们用邮件回复您。")
        inbox.wait_for("我们用邮件回复您")
        inbox.press("C-j")
        (raw,) = dovecot.wait_for_mails(customer, 1)
        sent = email.message_from_bytes(raw)
        assert (sent["In-Reply-To"], sent["References"]) == (None, None)
        returned = context.new_page()
        returned.goto(f"{pages.url}/tents")
        returned.locator(".launch").click()
        expect(returned.locator(".agent .words")).to_have_text("在的,我们用邮件回复您。")
        expect(returned.locator(".agent .who")).to_contain_text("已通过邮件回复")
        returned.close()
        back = mail(customer, shop, "太好了", answers=str(sent["Message-ID"]), key="c2@example.test")
        dovecot.deliver(shop, back, sender=customer)
        inbox.wait_for("太好了", "has proven")
        inbox.press("C-q")
        inbox.wait_for("ended with 0")
    assert len(truth.conversations(store)) == 1
    assert customers(store) == 1
