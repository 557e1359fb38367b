"""Practice: nothing of it can be taken for money."""

from __future__ import annotations

from pathlib import Path

from bot.core.commands import OpenHome
from tests.jobs.acts import drafted, types, votes
from tests.jobs.conftest import JO, LAUNCH, MINA, make_office


async def test_everything_is_marked(tmp_path: Path) -> None:
    """Every card, edit, clip, line and answer begins with the mark, and the home does; silence stays silence."""
    office = make_office(tmp_path, practice=True)
    answer = await types(office, "/clip a fox in snow", event="e1")
    assert answer.text.startswith("PRACTICE · $0.00 · 1 draft of 4 s at 480p: $0.32 held.")
    assert not (await types(office, "/clip a fox in snow", event="e1")).text
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await office.work()
    assert len(office.chat.sent) > 3
    assert {sent.view.title.partition(" · ")[0] for sent in office.chat.sent} == {"PRACTICE"}
    footers = {sent.view.footer for sent in office.chat.sent if sent.view.footer}
    assert footers
    assert all(footer.endswith(" · play money, nothing is charged") for footer in footers)
    home = (await office.handle(OpenHome, MINA, LAUNCH)).home
    assert home is not None
    assert home.parts[0].title == "PRACTICE · $0.00"


async def test_without_practice_nothing_is(tmp_path: Path) -> None:
    """What costs money is not called practice."""
    office = make_office(tmp_path)
    assert "PRACTICE" not in (await types(office, "/clip a fox in snow")).text
    await office.work()
    assert not any("PRACTICE" in sent.view.title for sent in office.chat.sent)
