"""Every way a server can fail, as one sentence and what to do about it.

Nothing here repeats the password: sentences hold our words, host, port, login, and the server's own answer.
"""

from __future__ import annotations

import re
import socket
import ssl

from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.presets import password_hint
from omni_tui.model.errors import ChannelError, Permanent, Retry
from omni_tui.text.i18n import _

_CODE = re.compile(r"^\[([A-Z-]+)[^\]]*\]\s*")
# RFC 5530: answers to a login that say nothing about the password. THROTTLED is Gmail's.
_TRANSIENT_CODES = ("UNAVAILABLE", "SERVERBUG", "INUSE", "LIMIT", "CONTACTADMIN", "THROTTLED")
# The same in words alone, as Gmail and Dovecot say it.
_TOO_MANY = re.compile(
    r"too many (?:simultaneous |concurrent )?connections|maximum number of connections", re.IGNORECASE
)
_TOO_MUCH = re.compile(r"command or bandwidth limits|rate limit|try (?:again )?later|temporar", re.IGNORECASE)
# NetEase lets nobody open a folder who has not said which program it is, or whom it does not trust all the same.
_UNTRUSTED = re.compile(r"unsafe login", re.IGNORECASE)
# Exchange Online's SMTP AUTH, which is off in new organisations, for passwords and tokens alike.
_SENDING_OFF = re.compile(r"smtpclientauthentication is disabled", re.IGNORECASE)
# Exchange says so to a token of another account, where IMAP is off for the mailbox, and when it is busy.
_NO_MAILBOX = re.compile(r"authenticated but not connected", re.IGNORECASE)

# OpenSSL's verification results (X509_V_ERR_…) that deserve words of their own.
_EXPIRED, _NOT_YET, _SELF_SIGNED, _SELF_SIGNED_CHAIN, _NO_ISSUER, _NO_FIRST = 10, 9, 18, 19, 20, 21
_WRONG_NAME = (62, 64)


def server_words(answer: bytes | str | object) -> str:
    """A server's answer as one line of at most 300 characters."""
    if isinstance(answer, bytes):
        answer = answer.decode("utf-8", "replace")
    line = " ".join("".join(c if c.isprintable() else " " for c in str(answer)).split())
    return line if len(line) <= 300 else line[:299] + "…"


def network_error(endpoint: Endpoint, error: BaseException) -> ChannelError:
    """The sentence for an exception raised while connecting to or talking with ``endpoint``."""
    place = {"service": endpoint.service, "host": endpoint.host, "port": endpoint.port}
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_error(endpoint, error)
    if isinstance(error, ssl.SSLError):
        if error.reason in ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST"):
            return Permanent(
                _("{service} server {host}:{port} does not speak TLS on this port").format(**place),
                _("Check the port, or set {key} to starttls.").format(key=f"{endpoint.service.lower()}_tls"),
            )
        return Retry(
            _("{service} server {host}:{port}: the encrypted connection failed ({reason})").format(
                **place, reason=server_words(error.reason or error)
            )
        )
    if isinstance(error, socket.gaierror):
        return Retry(
            _("{service} server {host}: no such host").format(**place),
            _("Check {key} for a typing mistake, and the network connection.").format(
                key=f"{endpoint.service.lower()}_host"
            ),
        )
    if isinstance(error, UnicodeError):
        return Permanent(
            _("{service} server {host}: this cannot be a host's name").format(**place),
            _("Check {key}.").format(key=f"{endpoint.service.lower()}_host"),
        )
    if isinstance(error, ConnectionRefusedError):
        return Retry(
            _("{service} server {host}:{port} refused the connection").format(**place),
            _("Is the server running, and is the port right?"),
        )
    if isinstance(error, TimeoutError):
        return Retry(
            _("{service} server {host}:{port} did not answer within {seconds} s").format(
                **place, seconds=endpoint.timeout_s
            ),
            _("Check host and port; a firewall may be in the way."),
        )
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ConnectionError):
        return Retry(
            _("{service} server {host}:{port} cannot be reached: {reason}").format(
                **place, reason=server_words(error.strerror)
            ),
            _("Check the network connection."),
        )
    return connection_lost(endpoint, server_words(error))


def connection_lost(endpoint: Endpoint, words: str = "") -> Retry:
    """The server went away in the middle; ``words`` are its last ones or the system's."""
    sentence = _("{service} server {host}:{port} closed the connection").format(
        service=endpoint.service, host=endpoint.host, port=endpoint.port
    )
    return Retry(f"{sentence}: {words}" if words else sentence)


def certificate_error(endpoint: Endpoint, error: ssl.SSLCertVerificationError) -> Permanent:
    """What exactly is wrong with the server's certificate."""
    code = error.verify_code
    ca_hint = _("If it is your own server, save its certificate as a PEM file and name that in ca_file.")
    if code == _EXPIRED:
        reason, hint = _("it has expired"), _("The server's administrator must renew it; check this host's clock.")
    elif code == _NOT_YET:
        reason, hint = _("it is not valid yet"), _("Check this host's clock.")
    elif code in (_SELF_SIGNED, _SELF_SIGNED_CHAIN):
        reason, hint = _("it is self-signed"), ca_hint
    elif code in (_NO_ISSUER, _NO_FIRST):
        reason, hint = _("who issued it is not known here"), ca_hint
    elif code in _WRONG_NAME:
        reason = _("it belongs to another name than {host}").format(host=endpoint.host)
        hint = _("Use the host name the provider gives; an address or alias does not do.")
    else:
        reason, hint = server_words(error.verify_message), ca_hint
    return Permanent(
        _("{service} server {host}:{port}: its certificate is not trusted, {reason}").format(
            service=endpoint.service, host=endpoint.host, port=endpoint.port, reason=reason
        ),
        hint,
    )


def login_error(endpoint: Endpoint, answer: bytes | str | object) -> ChannelError:
    """The server did not let us in."""
    words = server_words(answer)
    code = _CODE.match(words)
    too_many = _TOO_MANY.search(words) is not None
    if too_many or _TOO_MUCH.search(words) or (code and code.group(1) in _TRANSIENT_CODES):
        return Retry(
            _("{service} server {host} cannot log anybody in now: {words}").format(
                service=endpoint.service, host=endpoint.host, words=words
            ),
            _("Close other mail programs of this account, or name fewer folders.") if too_many else "",
        )
    if is_sending_off(words):
        return Permanent(
            _("{service} server {host} lets {login} send nothing: {words}").format(
                service=endpoint.service, host=endpoint.host, login=endpoint.login, words=words
            ),
            _("The administrator has to allow it for this mailbox (Microsoft 365: Authenticated SMTP)."),
        )
    hint = password_hint(endpoint.host) or _("Check user name and password; many providers want an app password.")
    return Permanent(
        _("{service} server {host} refused the login of {login}: {words}").format(
            service=endpoint.service, host=endpoint.host, login=endpoint.login, words=words
        ),
        hint,
    )


def is_sending_off(words: str) -> bool:
    """Whether a server refused a login because nobody may send from this mailbox: no password and no token helps."""
    return _SENDING_OFF.search(words) is not None


def folder_error(endpoint: Endpoint, folder: str, answer: bytes | str | object) -> ChannelError:
    """The server let us in and does not open ``folder``."""
    words = server_words(answer)
    sentence = _("The folder {folder} of {login} cannot be opened: {words}").format(
        folder=folder, login=endpoint.login, words=words
    )
    if _NO_MAILBOX.search(words):
        return Retry(
            sentence,
            _("If this goes on: is IMAP allowed for this mailbox, and is it the account that signed in?"),
        )
    if _UNTRUSTED.search(words):
        return Permanent(
            sentence,
            _("The provider does not trust this program or place: allow it in the mailbox's settings on the web."),
        )
    return Permanent(sentence, _("Check inbox_folder and sent_folder."))


def no_tokens(endpoint: Endpoint) -> Permanent:
    """The server takes passwords alone."""
    return Permanent(
        _("{service} server {host} knows no sign-in with the provider (XOAUTH2)").format(
            service=endpoint.service, host=endpoint.host
        ),
        _("Check the server's name; or leave oauth empty and give a password."),
    )


def no_starttls(endpoint: Endpoint) -> Permanent:
    """The server offers no encryption where it was asked for."""
    return Permanent(
        _("{service} server {host}:{port} offers no STARTTLS").format(
            service=endpoint.service, host=endpoint.host, port=endpoint.port
        ),
        _('Set {key} = "tls" with the port for it. The password is not sent unencrypted.').format(
            key=f"{endpoint.service.lower()}_tls"
        ),
    )
