"""views.*: opening, changing, stacking modals, and publishing homes."""

from __future__ import annotations

from typing import cast

from tests.adapters.slack.fake.calls import Asked, method
from tests.adapters.slack.fake.rendered import view_json
from tests.adapters.slack.fake.values import FakeView, Json, SlackError


def wanted(asked: Asked) -> Json:
    """The view that is to be shown.

    Raises:
        SlackError: it is none.
    """
    (view,) = asked.need("view")
    if not isinstance(view, dict):
        raise SlackError(error="invalid_arguments", said=["[ERROR] view is no object"])
    return cast("Json", view)


def shown(asked: Asked, view: FakeView) -> Json:
    return {"view": view_json(asked.kit.world, view)}


@method("views.open")
async def open_view(asked: Asked) -> Json:
    (name,) = asked.need("trigger_id")
    view, trigger = wanted(asked), asked.kit.screens.used(name)
    return shown(asked, asked.kit.screens.opened(trigger.user, trigger.team, view, onto=trigger.view is not None))


@method("views.push")
async def push(asked: Asked) -> Json:
    (name,) = asked.need("trigger_id")
    view, trigger = wanted(asked), asked.kit.screens.used(name)
    if trigger.view is None or trigger.view.payload["type"] != "modal":
        raise SlackError(error="invalid_trigger_id")
    return shown(asked, asked.kit.screens.opened(trigger.user, trigger.team, view, onto=True))


@method("views.update")
async def update(asked: Asked) -> Json:
    known = asked.kit.screens.found(asked.team.id, asked.args.get("view_id"), asked.args.get("external_id"))
    return shown(asked, asked.kit.screens.changed(known, wanted(asked), asked.args.get("hash")))


@method("views.publish")
async def publish(asked: Asked) -> Json:
    (user,) = asked.need("user_id")
    person = asked.kit.world.people.get(user)
    if person is None or person.team != asked.team.id:
        raise SlackError(error="invalid_arguments", said=["[ERROR] user_id is no user of this workspace"])
    view = asked.kit.screens.published(asked.team.id, user, wanted(asked), asked.args.get("hash"))
    return shown(asked, view)
