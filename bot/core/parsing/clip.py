"""``/clip``: a typed line becomes a command.

A first word is a verb only if the rest fits it: an id, nothing, or, for those that take a prompt, what
stands after a colon. Anything else is the prompt of one draft, and the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from bot.core.commands import (
    Actor,
    Command,
    DirectFinal,
    Draft,
    Help,
    OpenModal,
    OrderBatch,
    Place,
    Remix,
    Status,
    Tips,
)
from bot.core.errors import Refusal
from bot.core.ids import looks_like_id, normal
from bot.core.modals import Form
from bot.core.parsing import verbs
from bot.core.parsing.batch import read_list
from bot.core.parsing.markup import plain
from bot.core.parsing.options import Typed, read_typed, with_pictures
from bot.core.parsing.origin import Origin
from bot.core.prompts import check
from bot.core.rows import Source
from bot.core.settings_options import MODELS

_FIRST = re.compile(r"(?P<word>[A-Za-z]+)(?P<colon>[ \t]*:)?(?=[\s:]|(?<=:)|\Z)(?P<rest>.*)", re.DOTALL)
_REMIXED = re.compile(r"(?P<id>[^\s:]+)[ \t]*:?(?P<prompt>.*)", re.DOTALL)

_ALONE: Mapping[str, type[Command]] = {"status": Status, "tips": Tips, "help": Help}


def parse_clip(
    text: str,
    *,
    actor: Actor,
    place: Place,
    event: str,
    now: int,
    known: tuple[str, ...] = MODELS,
    pictures: tuple[str, ...] = (),
    listed: str = "",
) -> Command:
    """The command that was typed after ``/clip``, or after a mention of the bot.

    ``now`` is in UTC milliseconds, ``known`` are the names of the models that are on, ``pictures`` what was attached,
    ``listed`` the text of an attached list for ``batch``.

    Raises:
        Refusal: a verb without what it needs, a bad value, an empty or too long prompt; the sentence helps.
    """
    origin = Origin(actor=actor, place=place, event=event, now=now)
    return _Line(origin, known, pictures, listed).command(plain(text).strip())


class _Line:
    """One typed line, on its way to a command."""

    def __init__(self, origin: Origin, models: tuple[str, ...], pictures: tuple[str, ...], listed: str) -> None:
        self._origin = origin
        self._models = models
        self._pictures = pictures
        self._listed = listed

    def command(self, line: str) -> Command:
        if not line and not self._pictures:
            return self._origin.make(Help)
        first = _FIRST.match(line)
        verb = verbs.CLIP.get(first["word"].lower()) if first else None
        if first is None or verb is None:
            _require_no_other_root(line)
            return self._order("draft", line)
        if command := self._by_verb(verb, first["rest"], colon=first["colon"] is not None):
            return command
        return self._order("draft", line, remark=_as_prompt(first["word"], verb))

    def _by_verb(self, verb: str, rest: str, *, colon: bool) -> Command | None:
        """The command of a verb, or ``None`` if the rest does not fit it."""
        if verb in verbs.MODES:
            if not rest.strip() and verb in verbs.PICTURED:
                return self._opened(verbs.PICTURED[verb], pictures=self._pictures)
            if not colon and not rest.strip():
                _refuse_without(verb, f"a prompt after a colon, as in {verb}: a fox in snow")
            return self._order(verb, rest) if colon else None
        if verb in verbs.OF_AN_ID:
            return self._of_an_id(verb, rest)
        if verb in verbs.FORMS:
            if colon or not rest.strip() or rest.lstrip(" \t").startswith("\n"):
                return self._batch(rest) if verb == "batch" else self._build(rest)
            return None
        return self._remix(rest) if verb == "remix" else self._alone(verb, rest)

    def _order(self, verb: str, text: str, *, remark: str = "") -> Command:
        typed = read_typed(text, models=self._models)
        mode = verbs.MODES[verb]
        if verb in verbs.PICTURED and not (self._pictures or typed.options.image or typed.options.refs):
            return self._opened(verbs.PICTURED[verb], prompt=typed.prompt.strip(), options=typed.options)
        prompt = typed.checked
        options = with_pictures(mode, typed.options, self._pictures)
        remarks = " ".join(filter(None, (remark, *typed.remarks)))
        if verb != "final":
            return self._origin.make(Draft, prompt=prompt, options=options, mode=mode, remark=remarks)
        if options.count > 1:
            sentence = f"final makes one clip; you asked for {options.count}. Order drafts and finish one of them."
            raise Refusal(sentence)
        return self._origin.make(DirectFinal, prompt=prompt, options=options, remark=remarks)

    def _build(self, rest: str) -> Command:
        if rest.strip():
            sentence = "build opens the six parts and takes nothing else; a whole prompt goes after draft:"
            raise Refusal(sentence)
        return self._opened(Form.BUILD)

    def _opened(self, form: Form, **given: Any) -> Command:
        return self._origin.make(OpenModal, form=form, **given)

    def _batch(self, rest: str) -> Command:
        if not rest.strip() and not self._listed.strip():
            return self._opened(Form.BATCH)
        if rest.strip() and self._listed.strip():
            sentence = "There is a list after batch and another one attached; give one of them."
            raise Refusal(sentence)
        found = read_list(rest if rest.strip() else self._listed, models=self._models)
        return self._origin.make(OrderBatch, lines=found.lines, remark=" ".join(found.remarks))

    def _of_an_id(self, verb: str, rest: str) -> Command | None:
        if not rest.strip():
            _refuse_without(verb, f"an id, as in {verb} A7K-2")
        typed = read_typed(rest, models=self._models)
        subject = normal(typed.prompt.strip().rstrip(".,!?"))
        if not looks_like_id(subject):
            return None
        _require_no_options(verb, typed)
        if meaning := verbs.VOTES.get(verb):
            return self._origin.vote(subject, meaning, Source.VERB)
        return self._origin.make(verbs.ABOUT[verb], subject=subject)

    def _remix(self, rest: str) -> Command | None:
        if not rest.strip():
            _refuse_without("remix", "an id and the new prompt, as in remix A7K-2: a fox in rain")
        found = _REMIXED.match(rest.strip())
        if found is None or not looks_like_id(found["id"]):
            return None
        typed = read_typed(found["prompt"], models=self._models)
        subject = normal(found["id"])
        if not typed.prompt.strip():
            return self._opened(Form.EDIT, subject=subject, options=typed.options, pictures=self._pictures)
        options = with_pictures("text", typed.options, self._pictures)
        return self._origin.make(
            Remix,
            subject=subject,
            prompt=check(typed.prompt),
            options=options,
            remark=" ".join(typed.remarks),
        )

    def _alone(self, verb: str, rest: str) -> Command | None:
        about = rest.strip().lower()
        if about and not (verb == "help" and about in verbs.CLIP):
            return None
        return self._origin.make(_ALONE[verb])


def _require_no_other_root(line: str) -> None:
    """A single word that is a verb of the other root is hardly a prompt."""
    if line.lower() in verbs.DAILIES:
        sentence = f"{line.lower()} belongs to /dailies: write /dailies {line.lower()}."
        raise Refusal(sentence)


def _require_no_options(verb: str, typed: Typed) -> None:
    if typed.given:
        sentence = f"{verb} takes an id and no options; you gave {' '.join(typed.given)}."
        raise Refusal(sentence)


def _refuse_without(verb: str, what: str) -> NoReturn:
    sentence = f"{verb} needs {what}."
    raise Refusal(sentence)


def _as_prompt(word: str, verb: str) -> str:
    """What the answer says when the first word could have been a verb."""
    if verb in verbs.MODES:
        how = f"with a colon, “{word}: …”, it is the verb"
    elif verb in verbs.OF_AN_ID:
        how = f"as a verb it takes one id, as in “{word} A7K-2”"
    elif verb == "remix":
        how = f"as a verb it takes an id and a prompt, as in “{word} A7K-2: a fox in rain”"
    else:
        how = "as a verb it stands alone"
    return f"All of it is read as a prompt, “{word}” included; {how}."
