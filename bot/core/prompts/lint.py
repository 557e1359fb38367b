"""Proposes positive words for negative ones; video models draw what is named, "no motion blur" included.

A tip never blocks an order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from bot.core.prompts.negatives import Phrase, phrases, wanted_instead
from bot.core.prompts.text import shorten

#: The most phrases that one tip replaces.
MOST_PHRASES = 5
#: How much of the phrases a tip quotes, in characters.
QUOTED_CHARACTERS = 80

_PART = re.compile(r"\s*(?:,|\bor\b|\band\b)\s*", re.IGNORECASE)
_ENDS_SENTENCE = (".", "!", "?")
_ENDS_CLAUSE = (",", ";", ":", "–", "—")
_OPENS = ("\n", "(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """A proposal: what the prompt says negatively, and how it reads with the positive words."""

    #: The phrases as typed, after commas.
    negative: str
    #: What to say instead, after commas; empty when only the person can know.
    positive: str
    #: The prompt with the phrases replaced, for *Use it*; as it was where there are no positive words.
    prompt: str

    @property
    def sentence(self) -> str:
        """The tip as the chat says it."""
        rule = "Tip: the model follows positive words better: "
        if self.positive:
            return f"{rule}“{self.negative}” → “{self.positive}”."
        return f"{rule}say what is to be seen instead of “{self.negative}”, or leave it out."


def lint(prompt: str) -> Tip | None:
    """The tip for a prompt, or ``None`` when nothing in it is phrased negatively.

    Usual phrases go before unusual ones, of which a tip takes the first only.
    """
    found = list(islice(phrases(prompt), MOST_PHRASES))
    if not found:
        return None
    usual = [phrase for phrase in found if phrase.positives]
    negatives = [phrase.says for phrase in usual or found[:1]]
    return _tip(negatives, [says for phrase in usual for says in phrase.positives], _replaced(prompt, usual))


def lint_option(prompt: str, unwanted: str) -> Tip:
    """The tip for ``--no``: what to add to the prompt instead; what is not wanted is never sent."""
    words = " ".join(unwanted.split())
    says = [positive for part in _PART.split(words) if (positive := wanted_instead(part)[1])]
    better = f"{prompt.rstrip(' ,;')}, {_joined(says)}" if says else prompt
    return _tip([f"no {words}"], says, better)


def _tip(negatives: list[str], positives: list[str], better: str) -> Tip:
    return Tip(negative=shorten(", ".join(negatives), QUOTED_CHARACTERS), positive=_joined(positives), prompt=better)


def _joined(positives: list[str]) -> str:
    return ", ".join(dict.fromkeys(positives))


def _replaced(prompt: str, usual: list[Phrase]) -> str:
    """The prompt with each phrase replaced; words that an earlier phrase has brought are not said again."""
    better, done, said = "", 0, set[str]()
    for phrase in usual:
        better = _after(better + prompt[done : phrase.start], [says for says in phrase.positives if says not in said])
        said.update(phrase.positives)
        done = phrase.end
    return better + prompt[done:]


def _after(before: str, positives: list[str]) -> str:
    text = before.rstrip(" \t")
    if not positives:
        return text.rstrip(" ,;")
    says = _joined(positives)
    if text.endswith(_ENDS_SENTENCE):
        return f"{text} {says[0].upper()}{says[1:]}"
    joint = "" if not text or text.endswith(_OPENS) else " " if text.endswith(_ENDS_CLAUSE) else ", "
    return text + joint + says
