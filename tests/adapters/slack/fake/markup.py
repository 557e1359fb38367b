"""Text as people type it and as Slack hands it to an app."""

from __future__ import annotations

import re
from collections.abc import Mapping

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
WORDS = re.compile(r"(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)])|@(?P<name>[\w.-]*\w)|(?P<mark>[&<>])")


def typed(text: str, people: Mapping[str, str], *, labelled: bool) -> str:
    """What an app gets of typed text: ``people`` has the id of each name that an @ means, of groups too.

    A command's mentions carry the name (``labelled``), those of messages do not.
    """

    def one(found: re.Match[str]) -> str:
        if found["url"]:
            return f"<{found['url'].replace('&', '&amp;')}>"
        if found["mark"]:
            return ESCAPES[found["mark"]]
        name = found["name"]
        if name not in people:
            return found[0]
        if people[name].startswith("S"):
            return f"<!subteam^{people[name]}|@{name}>" if labelled else f"<!subteam^{people[name]}>"
        return f"<@{people[name]}|{name}>" if labelled else f"<@{people[name]}>"

    return WORDS.sub(one, text)
