"""The verbs of both roots with their aliases."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.commands import Again, Cancel, Command, Hide, Keep, Link, Rescue, Show
from bot.core.modals import Form
from bot.core.rows import Meaning

#: Verbs that take a prompt after a colon, and the mode of their draft.
MODES: Mapping[str, str] = {"draft": "text", "image": "image", "ref": "omni", "final": "text"}
#: The window in which a prompt meets its pictures, where they were not given with the verb.
PICTURED = {"image": Form.IMAGE, "ref": Form.REF}
#: Verbs that take one id, and what they ask for.
ABOUT: Mapping[str, type[Command]] = {
    "show": Show,
    "cancel": Cancel,
    "again": Again,
    "hide": Hide,
    "rescue": Rescue,
    "keep": Keep,
    "link": Link,
}
#: And those that are votes.
VOTES = {"promote": Meaning.APPROVE, "reject": Meaning.REJECT}
OF_AN_ID = (*ABOUT, *VOTES)
#: Verbs that stand alone.
ALONE = ("status", "tips", "help")
#: Verbs that open a form; alone, or with their text after a colon or on the next line.
FORMS = ("batch", "build")
DAILIES = ("budget", "spend", "settings", "models", "help", "pause", "resume", "savings")

#: From every name and alias to the verb of ``/clip``.
CLIP: Mapping[str, str] = {verb: verb for verb in (*MODES, *OF_AN_ID, "remix", *ALONE, *FORMS)} | {
    "make": "draft",
    "generate": "draft",
    "imagine": "draft",
    "animate": "image",
    "omni": "ref",
    "queue": "status",
    "reroll": "again",
    "edit": "remix",
    "delete": "hide",
    "remove": "hide",
    "repost": "rescue",
}
