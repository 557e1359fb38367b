"""The six parts of a good prompt, joined into one."""

from __future__ import annotations

import re

#: What a part may end with without a comma after it.
_ENDS = (".", "!", "?", "…", "。", "！", "？")  # noqa: RUF001 - the full stops of other scripts
_LOOSE_END = re.compile(r"[\s,;:]+$")


def compose(*, subject: str, action: str, environment: str, camera: str, style: str, constraints: str) -> str:
    """One prompt: subject and action as one phrase, the other parts after commas or the full stops they bring.

    Empty parts are left out; the result is empty when all are. It is not checked for its length.
    """
    parts = [_tidy(part) for part in (environment, camera, style, constraints)]
    phrase = _phrase(_tidy(subject), _tidy(action))
    prompt = ""
    for part in filter(None, (phrase, *parts)):
        prompt = _joined(prompt, part)
    return prompt


def _joined(prompt: str, part: str) -> str:
    if not prompt:
        return part
    return f"{prompt} {part[0].upper()}{part[1:]}" if prompt.endswith(_ENDS) else f"{prompt}, {part}"


def _phrase(subject: str, action: str) -> str:
    """Who does what; a subject's full stop only ended its field when the action goes on in small letters."""
    if action[:1].islower() and subject.endswith("."):
        subject = subject.rstrip(".")
    return " ".join(filter(None, (subject, action)))


def _tidy(part: str) -> str:
    """Without blanks and commas at its end, and on one line."""
    return _LOOSE_END.sub("", " ".join(part.split())).lstrip(", ")
