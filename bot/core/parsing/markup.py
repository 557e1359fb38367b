"""Undoes the markup in which Slack delivers what was typed: ``&amp;``, ``<https://…|label>``."""

from __future__ import annotations

import re

_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_MARKUP = re.compile(
    r"<(?:mailto:)(?P<mail>[^<>|\s]+)(?:\|[^<>]*)?>"
    r"|<(?P<url>https?://[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>"
    r"|&(?P<entity>amp|lt|gt);",
    re.IGNORECASE,
)
_ENTITY = re.compile("&(amp|lt|gt);")


def plain(text: str) -> str:
    """The text as it was typed; undone once, so that a typed ``&amp;`` stays what it is."""
    return _MARKUP.sub(_undone, text)


def _undone(found: re.Match[str]) -> str:
    if found["entity"]:
        return _ENTITIES[found["entity"].lower()]
    # Slack turns a bare "example.com" into a link of its own accord: then the label is what was typed.
    typed_bare = found["url"] and found["label"] and found["url"].lower() == f"http://{found['label']}".lower()
    typed = found["mail"] or (found["label"] if typed_bare else found["url"])
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], typed)
