"""The ladder as the composition root puts it together."""

from __future__ import annotations

from bot.core.commands import BudgetSet
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Alert
from tests.end_to_end.conftest import DANA, LAUNCH, Studio, until


async def test_a_step_that_an_order_passes_is_told(studio: Studio) -> None:
    """On the rows of a file, through the real provider client: the channel reads it, and so does the owner."""
    cap = BudgetSet(actor=DANA, place=LAUNCH, event="cap", amount=Money.usd("0.40"))
    await studio.app.manager.handle(cap)
    await studio.comes_to(await studio.order("a fox"), State.DELIVERED)
    said = "#launch: $0.32 of $0.40 used (1 draft). Everything goes on; from 95 % the owner approves each order."
    await until(lambda: len([sent for sent in studio.chat.sent if sent.view.title == said]) == 2, what="both lines")
    assert {sent.to for sent in studio.chat.sent if sent.view.title == said} == {None, DANA.id}
    alerts = await studio.app.kit.store.transact(lambda tx: tx.rows(Alert, order=("step",)))
    assert [alert.step for alert in alerts] == [50, 80]
