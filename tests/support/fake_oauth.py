"""A FAKE authorization server, built from RFC 6749, 7636 and 8628 and the fields Google and Microsoft document.

It is no real provider: it knows one account, and shows how ours behaves against what those documents say.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlencode, urlsplit


class FakeOauth:
    """Use it as a context manager. The attributes are what it does next, and what it was told."""

    def __init__(self, client_id: str = "our-client", client_secret: str = "") -> None:
        self.client_id, self.client_secret = client_id, client_secret
        self.access_token = "secret"
        self.lasts_s: int | str = 3600
        self.refresh_tokens = {"refresh-0"}
        self.rotates = False
        self.code_lasts_s = 900
        self.poll_answers: list[str] = []
        self.fails_with: list[int] = []
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {key: values[0] for key, values in parse_qs(body).items()}
                status, answer = owner.answer(self.path, form)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeOauth:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def agree(self, url: str) -> str:
        """What a person's browser does with the page: the address it ends on (RFC 6749, section 4.1.2)."""
        query = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        assert query["client_id"] == self.client_id
        code = secrets.token_urlsafe(8)
        self._codes[code] = query
        return f"{query['redirect_uri']}/?{urlencode({'state': query['state'], 'code': code, 'scope': 'mail'})}"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, object]:
        """RFC 6749, sections 5.1 and 5.2; RFC 8628, sections 3.2 and 3.5."""
        self.asked.append({"path": path, **form})
        if self.fails_with:
            return self.fails_with.pop(0), {}
        if form.get("client_id") != self.client_id:
            return 401, {"error": "invalid_client", "error_description": "no such client"}
        if path == "/devicecode":
            return 200, {
                "device_code": "the-device-code",
                "user_code": "ABCD-EFGH",
                "verification_uri": "https://login.example/device",
                "expires_in": self.code_lasts_s,
                "interval": 1,
                "message": "To sign in...",
            }
        if form.get("grant_type") == "urn:ietf:params:oauth:grant-type:device_code":
            if form.get("device_code") != "the-device-code":
                return 400, {"error": "bad_verification_code"}
            if self.poll_answers:
                return 400, {"error": self.poll_answers.pop(0), "error_description": "AADSTS70016: pending"}
            return 200, self._tokens("refresh-0")
        if self.client_secret and form.get("client_secret") != self.client_secret:
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") == "authorization_code":
            return self._code(form)
        if form.get("refresh_token") not in self.refresh_tokens:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        if self.rotates:
            self.refresh_tokens = {f"refresh-{len(self.asked)}"}
            return 200, self._tokens(*self.refresh_tokens)
        return 200, {key: value for key, value in self._tokens("").items() if key != "refresh_token"}

    def _code(self, form: dict[str, str]) -> tuple[int, object]:
        query = self._codes.pop(form.get("code", ""), None)
        if query is None or form.get("redirect_uri") != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != query["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "code verifier"}
        return 200, self._tokens("refresh-0")

    def _tokens(self, refresh: str) -> dict[str, object]:
        return {
            "access_token": self.access_token,
            "refresh_token": refresh,
            "expires_in": self.lasts_s,
            "token_type": "Bearer",
        }
