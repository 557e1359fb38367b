"""How late the embedded engine wakes takes, and what an alarm costs."""

from __future__ import annotations

import asyncio
import time

from bot.core.clock import SystemClock
from bot.jobs.engine import Done, EmbeddedEngine, Wake

TAKES = 10_000
EVERY_S = 6.0
RUN_S = 12.0


async def test_lateness_with_ten_thousand_takes() -> None:
    """Every take is woken every six seconds, as if each were polled."""
    clock, stop = SystemClock(), asyncio.Event()
    engine = EmbeddedEngine(clock)
    due: dict[str, int] = {}
    late: list[int] = []

    async def advance(take: str) -> Wake | Done:
        now = clock.now()
        late.append(now - due[take])
        due[take] = now + round(EVERY_S * 1000)
        return Wake(due[take])

    begin = clock.now() + 500
    for number in range(TAKES):
        due[f"T{number}"] = begin + round(number * EVERY_S * 1000 / TAKES)
        engine.wake_now(f"T{number}", due[f"T{number}"])
    used = time.process_time()
    running = asyncio.create_task(engine.run(advance, stop))
    await asyncio.sleep(RUN_S)
    stop.set()
    await running
    used = time.process_time() - used
    late.sort()
    print(
        f"\n{len(late) / RUN_S:,.0f} wakes a second, late by {late[len(late) // 2]} ms median, "
        f"{late[len(late) * 99 // 100]} ms p99, {used / RUN_S:.0%} of a core"
    )
    assert len(late) > TAKES
