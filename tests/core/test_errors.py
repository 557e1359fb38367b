"""The two error trees."""

from __future__ import annotations

import inspect
import re

from bot.core import errors
from bot.core.modals import ModalRefused


def _drawn() -> dict[str, str | None]:
    """Class and parent of each line of the drawing in the module's docstring."""
    parents: dict[str, str | None] = {}
    above: list[str] = []
    for found in re.finditer(r"^ {4}((?:│   )*[├└]── )?([A-Z]\w+) ", errors.__doc__ or "", re.MULTILINE):
        depth = len(found[1] or "") // 4
        parents[found[2]] = above[depth - 1] if depth else None
        above[depth:] = [found[2]]
    return parents


def test_the_trees_are_as_they_are_drawn() -> None:
    """Every exception of the module, and that of windows, stands in the drawing, under its parent."""
    classes = {name: cls for name, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, Exception)}
    classes["ModalRefused"] = ModalRefused
    assert _drawn() == {name: _parent(cls) for name, cls in classes.items()}


def _parent(cls: type) -> str | None:
    parent = cls.__mro__[1]
    return None if parent is Exception else parent.__name__


def test_errors_keep_what_their_handlers_need() -> None:
    """Each error carries its text and the facts that decide what follows."""
    refusal = errors.Refusal("seconds is 4 to 15.", allowed=("4", "15"))
    assert (str(refusal), refusal.sentence, refusal.allowed) == (
        "seconds is 4 to 15.",
        "seconds is 4 to 15.",
        ("4", "15"),
    )
    refused = errors.OrderRefused("no", reason=errors.RefusedFor.POLICY, status=422)
    assert (refused.text, refused.reason, refused.status) == ("no", errors.RefusedFor.POLICY, 422)
    not_sent = errors.NotSent("slow down", reason=errors.NotSentFor.RATE, status=429, retry_after_s=3.0)
    assert (not_sent.reason, not_sent.retry_after_s) == (errors.NotSentFor.RATE, 3.0)
    assert errors.Transient("later", retry_after_s=2.0).retry_after_s == 2.0
    assert errors.ChatBusy("later", retry_after_s=4.0).retry_after_s == 4.0
    assert errors.Taken("one_hold").constraint == "one_hold"
