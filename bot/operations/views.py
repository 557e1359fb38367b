"""Findings, stories and amounts as JSON; amounts are dollars as text, exact, times UTC milliseconds."""

from __future__ import annotations

from typing import Any

from bot.core.money import Money
from bot.jobs.audit import Finding
from bot.jobs.restored import Since
from bot.jobs.story import Story


def dollars(amount: Money | None) -> str | None:
    """``1.50``."""
    return None if amount is None else f"{amount.decimal:.2f}" if amount.micros % 10_000 == 0 else str(amount.decimal)


def as_finding(finding: Finding) -> dict[str, Any]:
    """A finding of the audit; the fields are documented in docs/operating.md."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "subject": finding.subject,
        "says": finding.says,
        "remedy": finding.remedy,
    }


def as_story(story: Story) -> dict[str, Any]:
    """A take with what happened to it."""
    take = story.take
    return {
        "id": take.id,
        "channel": take.channel,
        "person": take.person_name,
        "stage": take.stage.value,
        "state": take.state.value,
        "version": take.ver,
        "price": dollars(take.price),
        "held": dollars(take.held),
        "charged": dollars(take.charged),
        "job": take.job,
        "clip": take.clip,
        "problem": take.problem,
        "events": [{"at": event.at, "what": event.what, "says": event.says} for event in story.events],
    }


def as_since(seen: Since | None) -> dict[str, Any]:
    """What the provider made since a backup."""
    if seen is None:
        return {"restored": False, "complete": True, "jobs": []}
    jobs = [{"job": row.job, "endpoint": row.endpoint, "at": row.created_at} for row in seen.strangers]
    return {"restored": True, "since": seen.since, "complete": seen.complete, "jobs": jobs}
