"""What ``relay init`` writes: a configuration to fill in, and what a host needs to run it."""

from __future__ import annotations

import os
import secrets
import shlex
import sys
from pathlib import Path

from omni_tui.model.errors import Conflict
from omni_tui.text.i18n import _

_CONFIG = """\
# The relay: takes webhooks in and keeps them until your engine has fetched them.

[server]
public_url = {public_url}     # as the world reaches it; some signatures cover it
listen = "127.0.0.1"          # behind a proxy; "0.0.0.0" with a certificate of its own
port = {port}
# certificate = "/etc/letsencrypt/live/relay.example.org/fullchain.pem"
# certificate_key = "/etc/letsencrypt/live/relay.example.org/privkey.pem"
# trusted_proxies = ["127.0.0.1", "::1"]
# max_body_kb = 1024          # larger bodies are refused (413)
# keep_mb = 2048              # beyond it senders are told to come again later (507)
# database = "postgresql://…" # the queue of several relays behind a balancer, instead of a file here
# rate_per_minute = 30000     # of one source; rate_per_address = 12000 of one address

# A source is reached at {address}/in/<name>. Several keys hold at once while you rotate them.
# Schemes: {schemes}.
[sources.hello]
scheme = "omni"
keys = [{key}]

# A live chat: one line in the shop's pages,
#   <script src="{address}/chat/help.js" async></script>
# [chats.help]
# origins = ["https://shop.example"]   # the pages that may open it, and no others
# title = "Chat with us"
# colour = "#0b57d0"
# ask = "no"                           # "optional" or "email": a name and an address before the first message
# hours = ["mon-fri 9:00-18:00"]       # when somebody answers; outside them an address is asked for
# zone = "Europe/Berlin"
# identity_secret = ""                 # what the shop signs its customers' ids with (HMAC-SHA256)
"""
_UNIT = """\
[Unit]
Description=omni-tui relay
After=network-online.target
Wants=network-online.target

[Service]
ExecStart={command} relay serve {folder}
LimitNOFILE=65536
Restart=always
RestartSec=2
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths={folder}

[Install]
WantedBy=default.target
"""
_CADDY = """\
{host} {{
\treverse_proxy 127.0.0.1:{port}
}}
"""
_NGINX = """\
server {{
    listen 443 ssl;
    server_name {host};
    # ssl_certificate and ssl_certificate_key as for your other sites
    client_max_body_size 40m;  # files of the chat; the relay has limits of its own
    location / {{
        proxy_pass http://127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_buffering off;
        proxy_read_timeout 75s;
    }}
}}
"""


def write(folder: Path, public_url: str, port: int, schemes: list[str]) -> tuple[Path, ...]:
    """Write the files; which ones. Raises :class:`Conflict` where a relay is set up already."""
    config = folder / "relay.toml"
    if config.exists():
        raise Conflict(_("{path} is there already.").format(path=config), _("Edit it, or name another directory."))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = public_url or "https://relay.example.org"
    host = address.partition("://")[2].strip("/") or "relay.example.org"
    command = shlex.join([sys.executable, "-m", "omni_tui"])
    files = {
        "relay.toml": _CONFIG.format(
            public_url=_quoted(public_url),
            port=port,
            address=address,
            schemes=", ".join(schemes),
            key=_quoted(secrets.token_urlsafe(32)),
        ),
        "omni-relay.service": _UNIT.format(command=command, folder=shlex.quote(str(folder.absolute()))),
        "Caddyfile": _CADDY.format(host=host, port=port),
        "nginx.conf": _NGINX.format(host=host, port=port),
    }
    for name, text in files.items():
        with os.fdopen(os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "w") as out:
            out.write(text)
    return tuple(folder / name for name in files)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
