"""What the app needs of Slack: every method that is called, event, command and shortcut, with the scopes they take.

``manifest.yml`` asks for exactly this, and the doctor compares it with what was granted.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Without a scope of its own; ``views.*`` may be called by any app that is installed.
FREE: tuple[str, ...] = ()
#: Each method of the Web API that is called with the bot's token, and the scopes without which it fails somewhere: in a
#: private channel, or in a public one that the bot has not joined. docs.slack.dev/reference/methods says them.
METHODS: Mapping[str, tuple[str, ...]] = {
    "auth.test": FREE,
    "chat.delete": ("chat:write",),
    "chat.getPermalink": FREE,
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write", "chat:write.public"),
    "chat.update": ("chat:write",),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.join": ("channels:join",),
    "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "usergroups.list": ("usergroups:read",),
    "users.conversations": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "views.open": FREE,
    "views.publish": FREE,
}
#: Methods that the app's own token calls, in socket mode.
APP_METHODS: Mapping[str, tuple[str, ...]] = {"apps.connections.open": ("connections:write",)}
#: Each event that is listened to, and the scopes without which it does not come.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": FREE,
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": FREE,
    "member_joined_channel": ("channels:read", "groups:read"),
    "message.im": ("im:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "tokens_revoked": FREE,
}
#: The message shortcuts by their callback ids, as they are called in Slack.
SHORTCUTS: Mapping[str, str] = {
    "promote": "Promote",
    "remix": "Remix",
    "info": "Take info",
    "animate": "Animate this picture",
}
#: Slash commands and shortcuts are delivered with it.
OF_COMMANDS = "commands"


def scopes() -> frozenset[str]:
    """Every scope that the bot's token needs."""
    asked = (scope for needed in (*METHODS.values(), *EVENTS.values()) for scope in needed)
    return frozenset({OF_COMMANDS, *asked})


def without(granted: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Each scope that was not granted, with what does not work without it."""
    table = {**METHODS, **{f"the event {event}": needed for event, needed in EVENTS.items()}}
    table |= {"commands and shortcuts": (OF_COMMANDS,)}
    return {
        scope: tuple(what for what, needed in table.items() if scope in needed) for scope in sorted(scopes() - granted)
    }
