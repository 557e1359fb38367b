"""Documents and pictures of private answers on Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.handing import Handing
from bot.core.notices import Document
from tests.adapters.slack.desk import Desk, desk
from tests.adapters.slack.workspace import SwiftClock


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, SwiftClock()) as made:
        yield made


def document(at: Desk) -> Document:
    path = at.folder / "spend.csv"
    path.write_text("take,price\n")
    return Document(path=path, name="launch-2026-11.csv", about="what <!channel> *spent* on https://a.example")


async def test_handed(at: Desk) -> None:
    """A document and a picture are uploaded to the person alone, by readable names, and the answer says where."""
    handing = Handing(at.clients, at.clock)
    plot = at.picture("spend-days-abefa2defd8c3e45a192fd91.png")
    said = [await handing.hand(each, team="T1", person="U1") for each in (document(at), plot)]
    assert said == ["launch-2026-11.csv is in our direct messages.", "spend-days.png is in our direct messages."]
    messages = at.slack.private("U1")
    names = [at.slack.files[file].name for message in messages for file in message.files]
    assert names == ["launch-2026-11.csv", "spend-days.png"]
    assert messages[0].text == "what &lt;!channel&gt; \u2217spent\u2217 on https://a.example"
    sent = at.slack.calls("chat.postMessage")[0].args
    assert [sent[name] for name in ("parse", "unfurl_links", "unfurl_media")] == ["none", False, False]
    assert not at.slack.messages("C1")


@pytest.mark.parametrize("trouble", ["refused", "never shared", "no file"])
async def test_not_handed(at: Desk, trouble: str) -> None:
    """Where that fails, the answer says so."""
    at.slack.never_share = trouble == "never shared"
    if trouble == "refused":
        at.slack.fail("chat.postMessage", "user_disabled")
    given = document(at)
    if trouble == "no file":
        given.path.unlink()
    said = await Handing(at.clients, at.clock, share_s=1).hand(given, team="T1", person="U1")
    assert said == "launch-2026-11.csv could not be sent to you as a direct message; ask again in a minute."
