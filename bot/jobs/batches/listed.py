"""The lines of a list: checked against what is offered where it was sent, with their pictures in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.catalogue import Catalogue, Model
from bot.core.commands import BatchLine
from bot.core.errors import PictureRefused, Refusal
from bot.core.policy import ChannelPolicy
from bot.core.sentences import batches as words
from bot.jobs.kit import Kit
from bot.jobs.plans import Plan, Wish, plan, sources

#: Pictures that are fetched at once.
MOST_FETCHED = 4
#: All of a list's pictures are fetched within so long, or their lines are not ordered.
LONGEST_FETCH_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What lines are checked against."""

    policy: ChannelPolicy
    #: By the name that was given.
    models: Mapping[str, Model | Refusal]
    catalogue: Catalogue

    def plan(self, line: BatchLine) -> Plan:
        """What a line orders.

        Raises:
            Refusal: what is wrong with it.
        """
        model = self.models[line.options.model or self.policy.model]
        if isinstance(model, Refusal):
            raise model
        return plan(Wish(prompt=line.prompt, options=line.options), self.policy, model, self.catalogue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A line that can be ordered."""

    line: BatchLine
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The lines of a list as they can be ordered, and what is wrong with the others, by their numbers."""

    good: tuple[Good, ...]
    problems: tuple[tuple[int, str], ...]

    @property
    def said(self) -> list[str]:
        """The problems as they are told."""
        return [words.problem(number, why) for number, why in sorted(self.problems)]


def check_lines(lines: Sequence[BatchLine], offered: Offered) -> Read:
    """Check every line; outside of any transaction, for two hundred take a while."""
    good, problems = [], [(line.number, line.problem) for line in lines if line.problem]
    for line in lines:
        if line.problem:
            continue
        try:
            good.append(Good(line=line, plan=offered.plan(line)))
        except Refusal as refusal:
            problems.append((line.number, refusal.sentence))
    return Read(good=tuple(good), problems=tuple(problems))


async def with_pictures(kit: Kit, read: Read) -> Read:
    """The lines with their pictures in the store; a picture that cannot be used is its lines' problem."""
    gate, until = asyncio.Semaphore(MOST_FETCHED), asyncio.get_running_loop().time() + LONGEST_FETCH_S
    wanted = dict.fromkeys(source for each in read.good for source in sources(each.line.options))
    found = await asyncio.gather(*(_fetch(kit, source, gate, until) for source in wanted))
    kept = dict(zip(wanted, found, strict=True))
    good, problems = [], [*read.problems]
    for each in read.good:
        pictures = [kept[source] for source in sources(each.line.options)]
        refused = next((picture for picture in pictures if isinstance(picture, PictureRefused)), None)
        if refused is None:
            names = tuple(str(picture) for picture in pictures)
            good.append(replace(each, plan=replace(each.plan, pictures=names)))
        else:
            problems.append((each.line.number, refused.sentence))
    return Read(good=tuple(good), problems=tuple(problems))


async def _fetch(kit: Kit, source: str, gate: asyncio.Semaphore, until: float) -> str | PictureRefused:
    """The picture's name in the store, or why it has none; ``until`` is the loop's time at which all must be here."""
    try:
        async with asyncio.timeout_at(until), gate:
            return await kit.pictures.take(source)
    except PictureRefused as refused:
        return refused
    except TimeoutError:
        return PictureRefused(words.too_many_pictures(LONGEST_FETCH_S))
