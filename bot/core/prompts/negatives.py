"""Finds what a prompt does not want: "no motion blur", "without people", "don't shake the camera".

Words that a sign says, names (Dr. No, No Country for Old Men) and idioms (no. 5, no one, without a doubt)
are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.prompts.positives import positive_for

#: How far back is read to tell whether a sign or a name speaks, in characters.
_BEFORE_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A negative phrase and its place in the prompt."""

    start: int
    end: int
    #: As a tip quotes it: without a "with" or "and" before it.
    says: str
    #: What to ask for instead; empty for an unusual thing, of which nobody knows where it ends.
    positives: tuple[str, ...]


_SUBJECT = r"(?:(?:the |a )?(?:camera|video|clip|picture|image|shot|footage|frames?|it) )?"
_NEGATION = re.compile(
    r"(?<![\w'’-])(?P<lead>(?:with |but |and |there (?:is|are) |has |have )?)"
    r"(?P<word>no|not|without|avoid(?:ing)?|never|free of|zero"
    rf"|{_SUBJECT}(?:(?:do(?:es)?|should|must|is|are|can|will)(?: not|n['’]?t)|cannot))[ \t]+",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:(?:any|more|much|too|so|the|a|an|some|visible|unwanted|excessive|unnecessary|sudden|single|use|have|show"
    r"|include|add|make|be|want|get|let|it|other)[ \t]+){0,3}",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"(?:[ \t]+(?:at all|anywhere|whatsoever|please|visible|allowed|around|walking|the camera"
    r"|(?:in|on|of) (?:the )?(?:background|frame|shot|scene|picture|image|video|clip|screen|audio|sound))\b){0,2}",
    re.IGNORECASE,
)
_ALSO = re.compile(r"[ \t]*,?[ \t]+(?P<joint>or|nor|and)[ \t]+", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[ \t]*(?:[,.;:!?\n)]|\Z)")
_CLAUSE_BEFORE = re.compile(r"(?:\A|[,.;:!?(\n–—]|\b(?:and|but|please))[ \t]*\Z", re.IGNORECASE)
#: An unusual thing: up to three words, ended by a preposition.
_THING = re.compile(r"[^\W\d_][\w'’-]*(?:[ \t]+(?!(?:in|on|at|and|or|but|with|to)\b)[\w'’-]+){0,2}")
_SAID_BEFORE = re.compile(
    r"\b(?:say(?:s|ing)?|said|read(?:s|ing)?|spell(?:s|ing)?|writ(?:es|ing|ten)|titled?|called|named|label(?:l?ed|s)?"
    r"|lettering|words?|text|shout(?:s|ing)?|yes or|whether or|dr\.|mr\.)[ \t:]*\Z",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|«[^»\n]{1,200}»|(?<!\w)['‘][^'’\n]{1,200}['’](?!\w)")  # noqa: RUF001 - as typed
_IDIOM = re.compile(
    r"(?:one|man['’]s|longer|matter|doubt|sooner|less|way|idea|problem|other|time|wonder|such|nonsense|hesitation|fear"
    r"|end|warning|effort|stopping|pause|looking back|question|a (?:doubt|word|care|trace)|only|ending|worry|forget"
    r"|ever|before|seen|again|more than|ordinary|mercy|disturb)\b",
    re.IGNORECASE,
)
#: After these, an unusual thing counts too; after an order only where a clause begins; after the rest ("not") never.
_OPEN = frozenset({"no", "without"})
_ORDER = re.compile(r"avoid|never|do(?: not|n['’]?t)", re.IGNORECASE)


def phrases(prompt: str) -> Iterator[Phrase]:
    """The negative phrases of a prompt, in order, as far as it can be told without understanding it."""
    quoted = [found.span() for found in _QUOTED.finditer(prompt)]
    done = 0
    for found in _NEGATION.finditer(prompt):
        inside = any(start <= found.start() < end for start, end in quoted)
        if inside or found.start() < done or _IDIOM.match(prompt, found.end()):
            continue
        if phrase := _phrase(prompt, found):
            done = phrase.end
            yield phrase


def _phrase(prompt: str, found: re.Match[str]) -> Phrase | None:
    word, start = found["word"], found.start("word")
    before = prompt[max(0, start - _BEFORE_CHARACTERS) : start]
    begins = bool(_CLAUSE_BEFORE.search(prompt[max(0, found.start() - _BEFORE_CHARACTERS) : found.start()]))
    if _SAID_BEFORE.search(before) or (word[0].isupper() and not begins):
        return None
    end, positives = _usual(prompt, found.end())
    if not positives:
        name = word[0].isupper() and prompt[found.end() : found.end() + 1].isupper()
        counts = word.lower() in _OPEN or (begins and _ORDER.fullmatch(word))
        thing = _THING.match(prompt, found.end())
        if name or not counts or thing is None:
            return None
        end = thing.end()
    return Phrase(
        start=found.start(),
        end=end,
        says=" ".join(prompt[start:end].split()),
        positives=positives,
    )


def _usual(prompt: str, start: int) -> tuple[int, tuple[str, ...]]:
    """The end of the usual things named from ``start`` on ("text or logos"), and what to say instead of each."""
    end, says = wanted_instead(prompt, start)
    positives = [says]
    while says and (also := _ALSO.match(prompt, end)):
        further, says = wanted_instead(prompt, also.end())
        if not says or (also["joint"].lower() == "and" and not _CLAUSE_END.match(prompt, further)):
            break
        end = further
        positives.append(says)
    return end, tuple(filter(None, positives))


def wanted_instead(text: str, start: int = 0) -> tuple[int, str]:
    """The end of the usual thing named at ``start``, and the positive words; ``(start, "")`` for an unusual one."""
    filler = _FILLER.match(text, start)
    for place in (start, filler.end() if filler else start):
        if usual := positive_for(text, place):
            end, says = usual
            trail = _TRAIL.match(text, end)
            return (trail.end() if trail else end), says
    return start, ""
