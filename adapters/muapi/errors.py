"""Why the provider said no, in a text that a chat may show; and whether it speaks of moderation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from adapters.muapi.answers import is_true, layers

MOST_TEXT_CHARACTERS = 300
#: As much of a page that is no JSON as is searched for words.
MOST_PAGE_CHARACTERS = 4_000

#: Marks of moderation in the provider's texts and codes, lower-cased.
MARKERS = (
    "sensitivecontentdetected",
    "inputtext",
    "inputimage",
    "privacyinformation",
    "may contain real person",
    "content_policy_violation",
    "moderation",
    "nsfw",
)
#: A word of its own: ``case-sensitive`` and ``insensitive`` are no moderation.
SENSITIVE = re.compile(r"(?<![\w-])sensitive", re.IGNORECASE)
#: A 403 that means that the wallet is empty.
CREDIT = re.compile(r"credit|balance|\bfunds\b|top[- ]?up", re.IGNORECASE)
#: Slack's and Discord's mentions: whole ones, and then what could still begin one.
MENTION = re.compile(r"<[@#!][^<>]*>")
MENTION_BEGINS = re.compile(r"<+(?=[@#!])|@+")
TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)


def reason(document: object, text: str, secret: str = "") -> str:
    """The provider's error text, shortened, without mentions and the secret; empty when it gave none.

    ``text`` is the body as it came: a body that is no JSON is its own error text.
    """
    if document is None:
        return shown(TAG.sub(" ", text[:MOST_PAGE_CHARACTERS]), secret)
    return shown(next((line for line in _lines(document) if line.strip()), ""), secret)


def is_moderated(document: object, text: str) -> bool:
    """Whether the error speaks of moderation, in any of its texts and codes, or by ``has_nsfw_contents``."""
    if any(_has_nsfw_contents(layer) for layer in layers(document)):
        return True
    said = text if document is None else "\n".join(_lines(document))
    return any(marker in said.lower() for marker in MARKERS) or bool(SENSITIVE.search(said))


def is_about_credit(document: object, text: str) -> bool:
    """Whether the error says that the wallet is empty."""
    return bool(CREDIT.search(text if document is None else "\n".join(_lines(document))))


def names_fields(document: object) -> bool:
    """Whether the answer is a field validation: ``detail: [{loc, msg, type}]``."""
    details = [layer.get("detail") for layer in layers(document)]
    return any(
        isinstance(item, dict) and "loc" in item for detail in details if isinstance(detail, list) for item in detail
    )


def shown(text: str, secret: str = "") -> str:
    """A text that may be shown: one line, no mentions, no secret, at most MOST_TEXT_CHARACTERS."""
    hidden = text.replace(secret, "…") if secret else text
    plain = "".join(letter for letter in " ".join(hidden.split()) if letter.isprintable())
    line = " ".join(MENTION_BEGINS.sub("", MENTION.sub("", plain)).split())
    if secret:
        line = line.replace(secret, "…")  # What was taken out may have stood between its letters.
    return line if len(line) <= MOST_TEXT_CHARACTERS else line[: MOST_TEXT_CHARACTERS - 1].rstrip() + "…"


def _lines(document: object) -> Iterator[str]:
    """Every error text in an answer, the most telling first."""
    if isinstance(document, str):
        yield document
    for layer in layers(document):
        output = layer.get("output")
        candidates = [layer.get("error"), output.get("error") if isinstance(output, dict) else None]
        for value in [*candidates, layer.get("message"), layer.get("detail")]:
            yield from _texts(value)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            found = [list(_texts(item)) for item in value if not isinstance(item, list)]
            yield "; ".join(texts[0] for texts in found if texts)
            yield from (code for texts in found for code in texts[1:])
        case dict():
            message = next(
                (text for name in ("message", "msg", "detail", "error") if isinstance(text := value.get(name), str)), ""
            )
            yield f"{_place(value)}{message}"
            # Codes explain nothing to a person, but they carry the marks of moderation.
            yield from (code for name in ("code", "type") if isinstance(code := value.get(name), str))
        case _:
            return


def _place(problem: Mapping[str, object]) -> str:
    """``duration: `` for ``loc: [body, duration]``."""
    loc = problem.get("loc")
    names = [str(part) for part in loc if part != "body"] if isinstance(loc, list) else []
    return f"{'.'.join(names)}: " if names else ""


def _has_nsfw_contents(layer: Mapping[str, object]) -> bool:
    flags = layer.get("has_nsfw_contents")
    return isinstance(flags, list) and bool(flags) and is_true(flags[0])
