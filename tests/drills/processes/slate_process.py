"""A process that orders a slate, or takes one up, and works until nothing moves; killed by the test now and then."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from adapters.local import LocalChat
from bot.app import IN_MOTION, App, open_app
from bot.core.commands import Actor, Draft, OrderOptions, Place
from bot.core.lifecycle import State
from bot.core.ports import Transaction
from bot.core.rows import Budget, Line, Outbox, Post, PostState, Take
from bot.settings import load

MINA = Actor(id="mina", name="mina")
LAUNCH = Place(workspace="local", channel="local:launch", name="launch")
LOOK_S = 0.05


async def main(prompt: str) -> None:
    """The platform sends its event again after every start, as Slack does."""
    settings = load()
    async with open_app(settings, chats=[LocalChat(settings.home / "local")]) as app:
        stop = asyncio.Event()
        working = asyncio.create_task(app.run(stop))
        draft = Draft(actor=MINA, place=LAUNCH, event="e1", prompt=prompt, options=OrderOptions())
        await app.manager.handle(draft)
        print("ordered", flush=True)
        await settled(app)
        stop.set()
        await working
        print(json.dumps(await app.kit.store.transact(report)), flush=True)


async def settled(app: App) -> None:
    """Until every take has ended or waits for a person, and everything is shown."""
    while not await app.kit.store.transact(is_settled):
        await app.kit.clock.sleep(LOOK_S)


async def is_settled(tx: Transaction) -> bool:
    moving = await tx.count(Take, state=IN_MOTION)
    unasked = await tx.count(Take, state=State.UNKNOWN, question_at=None)
    return not moving and not unasked and not await tx.count(Outbox)


async def report(tx: Transaction) -> dict[str, Any]:
    """What the rows say of takes, money and posts, in micro-dollars."""
    budgets = await tx.rows(Budget)
    return {
        "takes": {take.id: [take.state.value, take.charged.micros, take.job] for take in await tx.rows(Take)},
        "used": {budget.scope: budget.used.micros for budget in budgets},
        "held": {budget.scope: budget.held.micros for budget in budgets},
        "ledger": {budget.scope: await tx.total(Line, "amount", scope=budget.scope) for budget in budgets},
        "posted": await tx.count(Post, state=PostState.POSTED),
    }


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
