"""What can go wrong with the machinery; what is wrong with a clip is ``bot.core.errors.ClipDamaged``."""

from __future__ import annotations


class MediaUnavailable(Exception):
    """A worker could not do its task, for a reason that says nothing about the clip: ask again later."""


class CannotFit(Exception):
    """A clip cannot be made so small that it is still worth looking at; ``str()`` says why."""
