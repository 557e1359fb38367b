"""Sentences that say what to type, for chats whose commands have options by name, such as Discord.

There every verb is a command of its own and a prompt is one of its options; nothing is told from the rest by a colon or
by dashes. Only sentences of ours come here, never what a person wrote.
"""

from __future__ import annotations

import re

#: What a person wrote stands between these.
_QUOTED = re.compile("(“[^”]*”)")
_RULES = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"/clip (?=<prompt>|an? )", "/clip draft "),
        (r"/clip (image|ref|final): ", r"/clip \1 "),
        (r"\bremix ([A-Z0-9]\S*?): ", r"remix \1 "),
        (r"a prompt on each line below it, or an attached CSV", "a prompt on each line of a window, or a CSV"),
        (r"/dailies settings (?:\[name=value …\]|and what changes)", "/dailies settings set"),
        (r"/dailies settings (?!set\b|show\b)([a-z-]+)[= ](?=\S)", r"/dailies settings set \1:"),
        (r"(?<=[a-z0-9:]) ([a-z-]+)=(?=\S)", r" \1:"),
        (r"/dailies budget(?! (?:set|raise|ask|show)\b)", "/dailies budget show"),
        (r"\b(spend report|spend plot|spend export csv|savings) (?=last|20)", r"\1 period:"),
        (r"\b(spend report period:\S+) by ", r"\1 by:"),
        (r"\bspend report \[", "spend report [by:"),
        (r"\bspend plot \[", "spend plot [plot:"),
        (r"\bspend export \[", "spend export [form:"),
        (r"(?<=savings) \[(?=20)|(?<=\]) \[(?=last|20)", " [period:"),
        (r"--everywhere", "everywhere:True"),
        (r"--([a-z][a-z0-9-]*)[ =](?=[\w<])", r"\1:"),
        (r"--(?=[a-z])", ""),
        (r"\b(image|ref1):<URL>", r"\1:<picture>"),
    )
)


def by_name(sentences: str) -> str:
    """Sentences with their commands as they are given by name: ``/clip draft a fox in snow``, ``count:4``."""
    parts = _QUOTED.split(sentences)
    parts[::2] = map(_given, parts[::2])
    return "".join(parts)


def _given(sentence: str) -> str:
    for pattern, instead in _RULES:
        sentence = pattern.sub(instead, sentence)
    return sentence
