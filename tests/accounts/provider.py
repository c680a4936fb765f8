"""An OpenID provider that runs in the test's process, over real HTTP."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT, SECRET = "bihuan", "very-secret"
Person = dict[str, object]


class Provider:
    """``person`` is whoever is signed in there. ``spoil`` makes the token wrong: ``issuer``, ``audience``, ``old``."""

    def __init__(self) -> None:
        self.person: Person = {"sub": "u-1", "email": "agent@lanku.example", "email_verified": True, "name": "林知夏"}
        self.spoil = ""
        self.codes: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.url = ""

    def authorize(self, address: str) -> str:
        """What a browser does there: signs in and comes back with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked["code_challenge"]
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def configuration(self) -> dict[str, object]:
        """The well-known document."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Code for token, as RFC 7636 asks: the verifier must fit the challenge."""
        self.asked.append(form)
        challenge = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not fits or form.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        claims = {
            **self.person,
            "iss": "https://elsewhere.example" if self.spoil == "issuer" else self.url,
            "aud": "other" if self.spoil == "audience" else CLIENT,
            "iat": 1 if self.spoil == "old" else 1_700_000_000,
            "exp": 2 if self.spoil == "old" else 4_000_000_000,
        }
        made = jwt.encode(claims, "x" * 32, algorithm="HS256")
        return 200, {"access_token": "t", "token_type": "Bearer", "id_token": made}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider on a free port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def _say(self, status: int, document: dict[str, object]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path.startswith("/.well-known"):
                self._say(200, provider.configuration())
            elif self.path == "/userinfo":
                self._say(200, provider.person)
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*provider.token(form))

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
