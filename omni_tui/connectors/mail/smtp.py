"""Hands a mail to the submission server, knowing at every step whether it may have left."""

from __future__ import annotations

import base64
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from omni_tui.connectors.mail import errors
from omni_tui.connectors.mail.endpoint import Endpoint, refuse_plaintext, tls_context
from omni_tui.connectors.mail.oauth.tokens import refused_token, xoauth2
from omni_tui.model.commands import Receipt, Refused
from omni_tui.model.errors import ChannelError, Permanent, Retry, Unknown
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in its envelope. ``key`` is its Message-ID, by which a report names it.

    ``to`` are those of ``rcpts`` it is meant for (empty: all), the others have copies. One of ``to`` must be taken.
    """

    key: str
    sender: str
    rcpts: tuple[str, ...]
    raw: bytes = field(repr=False)
    to: tuple[str, ...] = ()


PATIENCE = 10
"""How many times the usual silence a server may look through what it got before it answers: RFC 5321, section
4.5.3.2.6, wants ten minutes. Whoever gives up earlier does not know whether it was sent."""
_PIECE = 64 * 1024
_LAST_WORDS_S = 2.0
"""How long is listened on a line that takes nothing any more: what was said before it broke is here already."""
_END = b"\r\n.\r\n"
"""Ends the content (RFC 5321, section 4.1.1.4)."""
_PROBES = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
"""When to ask whether the other host is still there (tcp(7)), in seconds, and how often: the wait above is for one
that is."""

# Said in EHLO: the address literal smtplib itself falls back to. A name would need DNS and tell the host's.
_EHLO_NAME = "[127.0.0.1]"


@contextmanager
def connected(endpoint: Endpoint) -> Iterator[smtplib.SMTP]:
    """A greeted and encrypted connection. Raises ``ChannelError`` only; nothing has been sent then."""
    client = _greeted(endpoint)
    try:
        yield client
    finally:
        end(client)


def _greeted(endpoint: Endpoint) -> smtplib.SMTP:
    refuse_plaintext(endpoint)
    try:
        return _connect(endpoint)
    except ChannelError:
        raise
    except smtplib.SMTPResponseException as error:
        raise _answer_error(endpoint, error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise _lost(endpoint, error) from error


def log_in(client: smtplib.SMTP, endpoint: Endpoint, secret: Callable[[], str]) -> bool:
    """Log in; False if the server asks nobody to. Raises ``ChannelError`` only."""
    if not client.has_extn("auth"):
        return False
    if endpoint.oauth:
        _log_in_by_token(client, endpoint, secret)
        return True
    password = secret()
    try:
        if "PLAIN" in client.esmtp_features["auth"].upper().split():
            # smtplib's own PLAIN fails on letters outside ASCII.
            token = base64.b64encode(f"\0{endpoint.login}\0{password}".encode()).decode()
            code, answer = client.docmd("AUTH", f"PLAIN {token}")
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, answer)
        else:
            client.login(endpoint.login, password)
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:
            raise _answer_error(endpoint, error.smtp_code, error.smtp_error) from None
        words = f"{error.smtp_code} {errors.server_words(error.smtp_error)}"
        raise errors.login_error(endpoint, words) from None
    except UnicodeError:
        raise Permanent(
            _("SMTP server {host} takes only passwords of plain letters").format(host=endpoint.host),
            _("The password holds other characters than ASCII; choose another one."),
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise _lost(endpoint, error) from None
    return True


def _log_in_by_token(client: smtplib.SMTP, endpoint: Endpoint, secret: Callable[[], str]) -> None:
    if "XOAUTH2" not in client.esmtp_features["auth"].upper().split():
        raise errors.no_tokens(endpoint)
    token = base64.b64encode(xoauth2(endpoint.login, secret()).encode()).decode()
    try:
        code, answer = client.docmd("AUTH", f"XOAUTH2 {token}")
        if code == 334:
            # What is wrong, as a challenge: an empty line asks for the refusal itself.
            code, _refusal = client.docmd("")
    except (smtplib.SMTPException, OSError) as error:
        raise _lost(endpoint, error) from None
    if code == 235:
        return
    if 400 <= code < 500:
        raise _answer_error(endpoint, code, answer)
    refusal = errors.login_error(endpoint, words := f"{code} {errors.server_words(answer)}")
    raise refusal if errors.is_sending_off(words) else refused_token(secret, refusal)


def open_client(endpoint: Endpoint, secret: Callable[[], str]) -> smtplib.SMTP:
    """A connection that is logged in, for its caller to close. Raises ``ChannelError`` only."""
    client = _greeted(endpoint)
    try:
        log_in(client, endpoint, secret)
    except BaseException:
        end(client)
        raise
    return client


def deliver(client: smtplib.SMTP, endpoint: Endpoint, letter: Letter) -> Receipt:
    """Hand over ``letter``; who was refused, for good or for now, if not all were.

    Raises ``Retry`` or ``Permanent`` if surely nothing left: without the end of the content a server takes nothing
    (RFC 5321, section 4.1.1.4), and a line that breaks before it ends the transaction (section 4.1.1.10). ``Unknown``
    once that end was on its way and the server's word on it did not come (section 4.5.3.2.6). A server that says no in
    the middle of the content (552, where it is too large) and then breaks the line has answered.
    """
    try:
        receipt = _envelope(client, endpoint, letter)
        code, answer = client.docmd("DATA")
    except (smtplib.SMTPException, OSError) as error:
        raise _lost(endpoint, error) from error
    if code != 354:
        raise _answer_error(endpoint, code, answer)
    try:
        _hand_over(client, _dotted(letter.raw))
    except OSError as error:
        code, answer = _last_words(client)
        if code // 100 not in (4, 5):
            raise errors.network_error(endpoint, error) from error
        raise _answer_error(endpoint, code, answer) from error
    try:
        code, answer = _finish(client, endpoint)
    except (smtplib.SMTPException, OSError) as error:
        raise _no_answer(endpoint) from error
    if code // 100 not in (2, 4, 5):
        raise _no_answer(endpoint)
    if code // 100 != 2:
        raise _answer_error(endpoint, code, answer)
    return receipt


def _hand_over(client: smtplib.SMTP, content: bytes) -> None:
    """Send the content without its end, however slow the line. Raises OSError.

    A socket's time-out is for a whole ``sendall``: one over a large mail would be the longest it may take, not the
    longest silence.
    """
    for start in range(0, len(content), _PIECE):
        _put(client, content[start : start + _PIECE])


def _finish(client: smtplib.SMTP, endpoint: Endpoint) -> tuple[int, bytes]:
    """Send the end of the content and return the server's word on it.

    A call of its own: what one ``sendall`` that failed has sent of its bytes nobody knows, over TLS least of all.
    """
    try:
        _put(client, _END)
    except OSError:
        return _last_words(client)
    assert client.sock is not None
    client.sock.settimeout(endpoint.timeout_s * PATIENCE)
    try:
        return client.getreply()
    finally:
        if client.sock is not None:
            client.sock.settimeout(endpoint.timeout_s)


def _put(client: smtplib.SMTP, content: bytes) -> None:
    """Send bytes. Raises OSError, and leaves the line open then: smtplib's own ``send`` throws away what was said."""
    if client.sock is None:
        raise ConnectionError
    client.sock.sendall(content)


def _last_words(client: smtplib.SMTP) -> tuple[int, bytes]:
    """What the server said before the line broke, and close it; -1 if it said nothing."""
    code, answer = -1, b""
    with suppress(smtplib.SMTPException, OSError):
        if client.sock is not None:
            client.sock.settimeout(_LAST_WORDS_S)
            code, answer = client.getreply()
    client.close()
    return code, answer


def _connect(endpoint: Endpoint) -> smtplib.SMTP:
    timeout = endpoint.timeout_s
    if endpoint.tls == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            endpoint.host, endpoint.port, _EHLO_NAME, timeout=timeout, context=tls_context(endpoint)
        )
    else:
        client = smtplib.SMTP(endpoint.host, endpoint.port, _EHLO_NAME, timeout=timeout)
    try:
        _keep_alive(client)
        client.ehlo_or_helo_if_needed()
        if endpoint.tls == "starttls":
            if not client.has_extn("starttls"):
                raise errors.no_starttls(endpoint)
            code, answer = client.starttls(context=tls_context(endpoint))
            if code != 220:
                raise _answer_error(endpoint, code, answer)
            client.ehlo_or_helo_if_needed()
    except BaseException:
        client.close()
        raise
    return client


def _keep_alive(client: smtplib.SMTP) -> None:
    assert client.sock is not None
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # The end of a mail goes by itself: it must not wait until the server has confirmed what came before it.
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in _PROBES:
        # Not every system has all of them.
        if (option := getattr(socket, name, None)) is not None:
            client.sock.setsockopt(socket.IPPROTO_TCP, option, value)


def _envelope(client: smtplib.SMTP, endpoint: Endpoint, letter: Letter) -> Receipt:
    """MAIL and RCPT. Raises if nobody is left to send to, or only copies are: whom it is meant for would never know.

    A report is asked for where the server knows how (RFC 3461): only of failures, with the headers alone.
    """
    options = _mail_options(client, endpoint, letter)
    reports = client.has_extn("dsn")
    if reports:
        options += ["RET=HDRS", f"ENVID={_xtext(letter.key)[:100]}"]
    code, answer = client.mail(letter.sender, options)
    if code != 250:
        raise _answer_error(endpoint, code, answer)
    refused, codes = [], {}
    for rcpt in letter.rcpts:
        code, answer = client.rcpt(rcpt, _rcpt_options(rcpt) if reports else ())
        if code in (250, 251):
            continue
        if code == 421:
            raise _answer_error(endpoint, code, answer)
        codes[rcpt] = code
        refused.append(Refused(rcpt, f"{code} {errors.server_words(answer)}"))
    meant = letter.to or letter.rcpts
    if any(rcpt not in codes for rcpt in meant):
        for_good = tuple(each for each in refused if codes[each.address] // 100 == 5)
        return Receipt(refused=for_good, deferred=tuple(each for each in refused if each not in for_good))
    sentence = "; ".join(
        _("{address} was refused: {reason}").format(address=each.address, reason=each.reason) for each in refused
    )
    if all(codes[rcpt] // 100 == 5 for rcpt in meant):
        raise Permanent(sentence, _("Check the address; the words are the server's own."))
    raise Retry(sentence)


def _mail_options(client: smtplib.SMTP, endpoint: Endpoint, letter: Letter) -> list[str]:
    """What is said beside the sender. Raises ``Permanent`` for what this server surely cannot take."""
    options = []
    size = len(letter.raw)
    if client.has_extn("size"):
        limit = client.esmtp_features["size"].strip()
        if limit.isdigit() and 0 < int(limit) < size:
            raise Permanent(
                _("The message has {size} kB, more than the {limit} kB that {host} takes").format(
                    size=size // 1024, limit=int(limit) // 1024, host=endpoint.host
                )
            )
        options = [f"size={size}"]
    odd = [each for each in (letter.sender, *letter.rcpts) if not each.isascii()]
    if odd:
        if not client.has_extn("smtputf8"):
            raise Permanent(
                _("SMTP server {host} takes no address such as {address}").format(host=endpoint.host, address=odd[0]),
                _("It knows no SMTPUTF8; ask the customer for an address of plain letters."),
            )
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    return options


def _rcpt_options(rcpt: str) -> list[str]:
    original = [f"ORCPT=rfc822;{_xtext(rcpt)}"] if rcpt.isascii() else []
    return ["NOTIFY=FAILURE", *original]


def _xtext(value: str) -> str:
    """RFC 3461, section 4: printable ASCII without ``+`` and ``=``, the rest in hex."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in value if c.isascii())


def _lost(endpoint: Endpoint, error: Exception) -> ChannelError:
    """smtplib reports a time-out as a closed connection: look below it."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        below = error.__context__
        if isinstance(below, OSError):
            return errors.network_error(endpoint, below)
        return errors.connection_lost(endpoint)
    return errors.network_error(endpoint, error)


def _no_answer(endpoint: Endpoint) -> Unknown:
    return Unknown(
        _("SMTP server {host} got the message, but its answer did not come").format(host=endpoint.host),
        _("It may have been sent: ask the customer, or look at the server, before sending it again."),
    )


def _answer_error(endpoint: Endpoint, code: int, answer: bytes | str) -> ChannelError:
    """The server said no: for now (4xx), or for good."""
    words = f"{code} {errors.server_words(answer)}"
    if code // 100 == 5:
        return Permanent(
            _("SMTP server {host} refused: {words}").format(host=endpoint.host, words=words),
            _("The words are the server's own; nothing was sent."),
        )
    if code == -1:
        return errors.connection_lost(endpoint)
    return Retry(_("SMTP server {host} cannot take it now: {words}").format(host=endpoint.host, words=words))


def _dotted(raw: bytes) -> bytes:
    """The content as DATA carries it, without its end: dots at line starts doubled."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)


def end(client: smtplib.SMTP) -> None:
    """Say goodbye and close. Never raises."""
    try:
        if client.sock is not None:
            # What was to be said is said: a server slow to say goodbye is not waited for.
            client.sock.settimeout(2)
            client.quit()
    except (smtplib.SMTPException, OSError):
        return
    finally:
        client.close()
