"""The verbs of ``/clip``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.commands import (
    Command,
    DirectFinal,
    Draft,
    Help,
    OpenModal,
    OrderBatch,
    OrderOptions,
    Remix,
    Status,
    Tips,
)
from bot.core.errors import Refusal
from bot.core.ids import looks_like_id, normal
from bot.core.kinds import read_as, repeated
from bot.core.modals import Form
from bot.core.parsing import verbs
from bot.core.parsing.batch import read_list
from bot.core.parsing.modals.orders import OPTIONS as DRAFTING
from bot.core.parsing.options import Picture, in_order, read_cells, with_pictures
from bot.core.parsing.typed.chosen import Chosen, Read, alone
from bot.core.prompts import check, lint_option
from bot.core.rows import Source


def _order(chosen: Chosen) -> Command:
    """A draft or a final; the window of its verb where it lacks the prompt or its pictures."""
    prompt, options, placed = chosen.text("prompt"), _options(chosen), _given(chosen)
    if chosen.verb in verbs.PICTURED and not (prompt and placed):
        form = verbs.PICTURED[chosen.verb]
        return chosen.make(OpenModal, form=form, prompt=prompt, options=options, pictures=placed)
    facts: dict[str, Any] = {"prompt": check(prompt), "options": _pictured(chosen, options), "remark": _remark(chosen)}
    if chosen.verb == "final":
        return chosen.make(DirectFinal, **facts)
    return chosen.make(Draft, mode=verbs.MODES[chosen.verb], **facts)


def _remix(chosen: Chosen) -> Command:
    subject, prompt, options = _id(chosen), chosen.text("prompt"), _options(chosen)
    if not prompt:
        return chosen.make(OpenModal, form=Form.EDIT, subject=subject, options=options, pictures=_given(chosen))
    remark, options = _remark(chosen), _pictured(chosen, options)
    return chosen.make(Remix, subject=subject, prompt=check(prompt), options=options, remark=remark)


def _options(chosen: Chosen) -> OrderOptions:
    return read_cells(chosen.named(*DRAFTING), models=chosen.models)


def _remark(chosen: Chosen) -> str:
    """What is not wanted is answered with positive words, and never sent."""
    unwanted = chosen.text("no")
    return lint_option(chosen.text("prompt"), unwanted).sentence if unwanted else ""


def _given(chosen: Chosen) -> tuple[str, ...]:
    """Every picture: the one to start from, the references in their order, those on the web."""
    first = tuple(chosen.pictures[name] for name in ("image",) if name in chosen.pictures)
    return (*first, *in_order(chosen.pictures), *_addresses(chosen))


def _addresses(chosen: Chosen) -> tuple[str, ...]:
    return tuple(read_as(Picture(), "addresses", word) for word in chosen.text("addresses").split())


def _pictured(chosen: Chosen, options: OrderOptions) -> OrderOptions:
    placed = replace(options, image=chosen.pictures.get("image"), refs=in_order(chosen.pictures))
    return with_pictures(verbs.MODES.get(chosen.verb, "text"), placed, _addresses(chosen))


def _batch(chosen: Chosen) -> Command:
    """The list of a file, or the window to paste one."""
    if chosen.listed is None:
        return chosen.make(OpenModal, form=Form.BATCH)
    found = read_list(chosen.listed, models=chosen.models)
    return chosen.make(OrderBatch, lines=found.lines, remark=" ".join(found.remarks))


def _build(chosen: Chosen) -> Command:
    return chosen.make(OpenModal, form=Form.BUILD, prompt=chosen.text("subject").strip())


def _of_an_id(chosen: Chosen) -> Command:
    subject = _id(chosen)
    if meaning := verbs.VOTES.get(chosen.verb):
        return chosen.origin.vote(subject, meaning, Source.VERB)
    return chosen.make(verbs.ABOUT[chosen.verb], subject=subject)


def _id(chosen: Chosen) -> str:
    """An id as it is stored; whether there is such a take only the rows know.

    Raises:
        Refusal: none was given, or what was given is none.
    """
    subject = normal(chosen.text("id"))
    if not looks_like_id(subject):
        given = f"you gave {repeated(chosen.text('id'))}" if subject else "you gave none"
        sentence = f"id is that of a take or a slate, like A7K-2 or A7K; {given}."
        raise Refusal(sentence)
    return subject


READ: Mapping[str, Read] = {
    **{f"clip {verb}": _order for verb in verbs.MODES},
    **{f"clip {verb}": _of_an_id for verb in verbs.OF_AN_ID},
    "clip batch": _batch,
    "clip build": _build,
    "clip remix": _remix,
    "clip status": alone(Status),
    "clip tips": alone(Tips),
    "clip help": alone(Help),
}
