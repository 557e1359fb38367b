"""Modals and homes: triggers that open them, the stack on a screen, and their hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from tests.adapters.slack.fake.blocks import checked_view
from tests.adapters.slack.fake.values import FakeView, Json, SlackError
from tests.adapters.slack.fake.world import World

TRIGGER_LIVES_S = 3
MOST_STACKED = 3


@dataclass(slots=True, kw_only=True)
class Trigger:
    """What somebody did that may open one modal, for three seconds."""

    user: str
    team: str
    at: float
    view: FakeView | None
    used: bool = False


@dataclass(slots=True)
class Screens:
    """What is on everybody's screen."""

    world: World
    triggers: dict[str, Trigger] = field(default_factory=dict)

    def trigger(self, user: str, team: str, *, view: FakeView | None = None) -> str:
        """A trigger of what this person did, perhaps in a view."""
        name = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}.{secrets.token_hex(8)}"
        self.triggers[name] = Trigger(user=user, team=team, at=self.world.now(), view=view)
        return name

    def used(self, name: str) -> Trigger:
        """Use up a trigger.

        Raises:
            SlackError: it is none, too old, or was used.
        """
        trigger = self.triggers.get(name)
        if trigger is None:
            raise SlackError(error="invalid_trigger_id")
        if self.world.now() - trigger.at > TRIGGER_LIVES_S:
            raise SlackError(error="expired_trigger_id")
        if trigger.used:
            raise SlackError(error="exchanged_trigger_id")
        trigger.used = True
        return trigger

    def opened(self, user: str, team: str, payload: Json, *, onto: bool) -> FakeView:
        """Show a modal: ``onto`` those that are open, else instead of them.

        Raises:
            SlackError: the view breaks a limit, or three are open.
        """
        self._same_external(payload, None)
        view = self._new(user, team, checked_view(self.world, payload, "modal"))
        stack = self.world.modals.setdefault(user, [])
        if onto and len(stack) >= MOST_STACKED:
            raise SlackError(error="push_limit_reached")
        if not onto:
            stack.clear()
        elif stack:
            view.root, view.previous = stack[-1].root, stack[-1].id
        stack.append(view)
        return view

    def changed(self, view: FakeView, payload: Json, wanted_hash: str | None = None) -> FakeView:
        """Show this in the view's place; what was typed stays where a field is the same.

        Raises:
            SlackError: the view changed since ``wanted_hash``, or breaks a limit.
        """
        if wanted_hash and wanted_hash != view.hash:
            raise SlackError(error="hash_conflict")
        self._same_external(payload, view)
        view.payload = checked_view(self.world, payload, view.payload["type"])
        fields = {(block["block_id"], one.get("action_id")) for block in view.blocks for one in elements_of(block)}
        view.typed = {
            block: {action: value for action, value in typed.items() if (block, action) in fields}
            for block, typed in view.typed.items()
            if any(block == known for known, _ in fields)
        }
        view.errors = {}
        view.hash = _hash(self.world)
        return view

    def published(self, team: str, user: str, payload: Json, wanted_hash: str | None) -> FakeView:
        """Show somebody's home.

        Raises:
            SlackError: as for ``changed``.
        """
        known = self.world.homes.get((team, user))
        if known is not None:
            return self.changed(known, payload, wanted_hash)
        view = self._new(user, team, checked_view(self.world, payload, "home"))
        self.world.homes[team, user] = view
        return view

    def found(self, team: str, view_id: str | None, external_id: str | None) -> FakeView:
        """The view that is meant, a modal that is open or a home.

        Raises:
            SlackError: there is none.
        """
        for view in [*(each for stack in self.world.modals.values() for each in stack), *self.world.homes.values()]:
            same = view.id == view_id if view_id else view.payload.get("external_id") == external_id
            if same and view.team == team:
                return view
        raise SlackError(error="not_found")

    def closed(self, view: FakeView, *, all_of_them: bool = False) -> None:
        """Take a modal off the screen, or its whole stack."""
        stack = self.world.modals.get(view.user, [])
        if all_of_them:
            stack.clear()
        elif view in stack:
            stack.remove(view)

    def _new(self, user: str, team: str, payload: Json) -> FakeView:
        new = self.world.new_id("V")
        return FakeView(id=new, hash=_hash(self.world), team=team, user=user, payload=payload, root=new)

    def _same_external(self, payload: Json, view: FakeView | None) -> None:
        name = payload.get("external_id")
        shown = [each for stack in self.world.modals.values() for each in stack if each is not view]
        if name and any(each.payload.get("external_id") == name for each in shown):
            raise SlackError(error="duplicate_external_id")


def elements_of(block: Json) -> list[Json]:
    """The elements of a block that somebody can use."""
    match block["type"]:
        case "input":
            return [block["element"]]
        case "actions":
            return list(block["elements"])
        case "section" if "accessory" in block:
            return [block["accessory"]]
        case _:
            return []


def _hash(world: World) -> str:
    return f"{int(world.now())}.{secrets.token_hex(4)}"
