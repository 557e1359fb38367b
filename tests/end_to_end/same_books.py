"""What a story has come to, in words that are the same wherever it was played."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.app import App
from bot.core.notices import Notice
from bot.core.rows import Budget, Card, Line, Take, Vote
from tests.end_to_end.rooms import Decision

DATE = re.compile(r"\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)( \d{4})?\b")


class Same:
    """Names for ids: cards in the order in which they were made, people and channels as the story calls them."""

    def __init__(self, cards: Sequence[Card], names: Mapping[str, str]) -> None:
        aliases = {card.id: f"CARD{number}" for number, card in enumerate(cards, 1)}
        known = aliases | dict(names)
        longest_first = sorted(known, key=len, reverse=True)
        self._names = re.compile("|".join(rf"(?<![\w:/]){re.escape(each)}(?![A-Za-z0-9])" for each in longest_first))
        self._known = known

    def text(self, said: str) -> str:
        """The text with names for ids."""
        return DATE.sub("DATE", self._names.sub(lambda found: self._known[found[0]], said))

    def scope(self, scope: str) -> str:
        """``channel:#launch``, ``person:mina``, ``workspace``."""
        kind, _, rest = scope.partition(":")
        return kind if kind == "workspace" else f"{kind}:{self.text(rest.split('/')[-1] if kind == 'person' else rest)}"


async def same(app: App, names: Mapping[str, str]) -> Same:
    """Of the story so far."""
    return Same(await app.kit.store.transact(lambda tx: tx.rows(Card, order=("created_at", "id"))), names)


def decided(decisions: Iterable[Decision], named: Same) -> list[str]:
    """Who asked for what, and what was said; the second arrival of an event is none."""
    return [f"{each.who} {each.asked}: {_answer(each.answer, named)}" for each in decisions if each.answer != Notice()]


def _answer(notice: Notice, named: Same) -> str:
    buttons = " ".join(f"[{each.label}]" for each in notice.buttons)
    return named.text(" | ".join(part for part in (notice.text, notice.table, buttons) if part)).replace("\n", " / ")


async def everything(app: App, decisions: Iterable[Decision], names: Mapping[str, str]) -> str:
    """All of it, to be compared as one text."""
    named = await same(app, names)
    parts = {
        "decisions": decided(decisions, named),
        "takes": await takes(app, named),
        "ledger": await ledger(app, named),
        "budgets": await budgets(app, named),
        "votes": await votes(app, named),
    }
    return "\n".join(line for name, lines in parts.items() for line in (f"-- {name}", *lines))


async def takes(app: App, named: Same) -> list[str]:
    """Every take: what it was, how it ended, and its money."""
    rows = await app.kit.store.transact(lambda tx: tx.rows(Take))
    return sorted(named.text(_take(each)) for each in rows)


def _take(take: Take) -> str:
    told = [
        take.id,
        take.stage.value,
        take.state.value,
        f"{take.resolution} {take.seconds} s",
        f"for {take.person_name}",
        f"price {take.price}, held {take.held}, charged {take.charged}",
        *([f"approved by {take.approved_by}"] if take.approved_by else []),
        *(word for word in ("kept", "hidden", "dismissed") if getattr(take, word)),
        *([take.problem] if take.problem else []),
    ]
    return " · ".join(told)


async def ledger(app: App, named: Same) -> list[str]:
    """Every line of every take in the order written, once for the scopes in which they are the same."""
    rows = await app.kit.store.transact(lambda tx: tx.rows(Line, order=("at", "id")))
    lines: dict[tuple[str, str], list[str]] = {}
    for each in rows:
        entry = f"{each.kind.value} {each.amount} (held {each.held}, takes {each.takes})"
        lines.setdefault((named.text(each.take), named.scope(each.scope)), []).append(entry)
    scopes: dict[tuple[str, str], list[str]] = {}
    for (take, scope), entries in lines.items():
        scopes.setdefault((take, ", ".join(entries)), []).append(scope)
    return sorted(f"{take} in {' '.join(sorted(within))}: {what}" for (take, what), within in scopes.items())


async def budgets(app: App, named: Same) -> list[str]:
    """Every scope with its cap and what is used."""
    rows = await app.kit.store.transact(lambda tx: tx.rows(Budget))
    return sorted(
        f"{named.scope(each.scope)}: cap {each.cap}, used {each.used}, held {each.held}, finals {each.used_finals}"
        for each in rows
    )


async def votes(app: App, named: Same) -> list[str]:
    """Who has a vote on what, and whether it was used."""
    rows = await app.kit.store.transact(lambda tx: tx.rows(Vote))
    return sorted(
        named.text(f"{each.name} {each.meaning.value}s {each.take}")
        + f" by {each.source.value}: {'stands' if each.standing else 'taken back'}"
        + named.text(f", used by {each.used_by}" if each.used_by else "")
        for each in rows
    )
