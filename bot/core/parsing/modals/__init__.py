"""Windows with fields: what was filled in becomes the command that the same words, typed, would be.

Every field at fault is named at once. What only the rows can tell, as that too little money is left, is the manager's
answer and no fault of a field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from bot.core.commands import Actor, Command, OpenModal, Place
from bot.core.modals import Form
from bot.core.parsing.actions import parse_action, unknown_button
from bot.core.parsing.modals import money, orders
from bot.core.parsing.modals.filled import Filled
from bot.core.parsing.origin import Origin
from bot.core.settings_options import MODELS

_READ: Mapping[Form, Callable[[Filled], Command]] = {
    Form.BUILD: orders.build,
    Form.IMAGE: orders.pictured,
    Form.REF: orders.pictured,
    Form.EDIT: orders.edit,
    Form.BATCH: orders.batch,
    Form.SETTINGS: money.settings,
    Form.BUDGET: money.budget,
    Form.ASK_MORE: money.ask_more,
    Form.DECLINE: money.decline,
}


def parse_modal(
    action: str,
    values: Mapping[str, str],
    pictures: Sequence[str] = (),
    *,
    actor: Actor,
    place: Place,
    event: str,
    now: int,
    known: tuple[str, ...] = MODELS,
    before: Mapping[str, str] = MappingProxyType({}),
) -> Command:
    """The command that a window asks for, by the action that it came with.

    ``values`` are what its fields have now, by their names, and ``before`` what they had when it was opened, where
    the chat says so: settings and caps are changed only where the two differ, so that of two owners who have the
    same window open neither undoes what the other did. Without ``before`` all that came back counts as changed.
    ``pictures`` are those that it was opened with and those that were added. ``now`` is in UTC milliseconds, and
    ``known`` are the names of the models that are on.

    Raises:
        ModalRefused: fields that cannot be carried out, each with its sentence; the window stays open.
        Refusal: no window of ours carries that action.
    """
    opened = parse_action(action, actor=actor, place=place, event=event, now=now)
    if not isinstance(opened, OpenModal):
        raise unknown_button()
    filled = Filled(
        opened=opened,
        origin=Origin(actor=actor, place=place, event=event, now=now),
        values=values,
        before=before,
        pictures=tuple(pictures),
        models=known,
    )
    return _READ[opened.form](filled)
