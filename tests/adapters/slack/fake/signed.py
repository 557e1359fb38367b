"""The app's HTTP mode: what happened is posted to its request address, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.adapters.slack.fake.values import Json
from tests.adapters.slack.fake.world import World

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(slots=True)
class SignedHttp:
    """Posts to ``request_url``, one address for events, commands and interactivity."""

    world: World

    async def send(self, kind: str, payload: Json, attempt: int) -> Json | None:
        """Post; what it answered with a status of success in time, or None."""
        form, body = self._body(kind, payload)
        headers = self.headers(body) | {"Content-Type": FORM if form else JSON}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        return await self.post(body, headers)

    async def verify(self) -> bool:
        """Whether the address answers the challenge that Slack puts before it takes it."""
        body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "legacy-verification"})
        answer = await self.post(body, self.headers(body) | {"Content-Type": JSON})
        return answer is not None and "3eZbrw1a" in (answer.get("challenge"), answer.get("text"))

    async def post(self, body: str, headers: dict[str, str]) -> Json | None:
        """Post this body with exactly these headers."""
        assert self.world.request_url is not None
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=self.world.patience_s)) as session,
                session.post(self.world.request_url, data=body.encode(), headers=headers) as got,
            ):
                text = await got.text()
                return _answer(text) if got.status < 300 else None
        except (ClientError, TimeoutError):
            return None

    def headers(self, body: str) -> dict[str, str]:
        """The signature of a body, of now: the app's library compares with its own clock."""
        at = str(int(time.time()))
        signed = hmac.new(self.world.signing_secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signed.hexdigest()}"}

    def _body(self, kind: str, payload: Json) -> tuple[bool, str]:
        match kind:
            case "slash_commands":
                return True, urlencode(payload)
            case "interactive":
                return True, urlencode({"payload": json.dumps(payload)})
            case _:
                return False, json.dumps(payload)


def _answer(text: str) -> Json:
    try:
        said = json.loads(text)
    except ValueError:
        return {"text": text} if text else {}
    return said if isinstance(said, dict) else {}
