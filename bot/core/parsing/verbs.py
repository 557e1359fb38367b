"""The verbs of both roots with their aliases."""

from __future__ import annotations

from collections.abc import Mapping

#: Verbs that take a prompt after a colon, and the mode of their draft.
MODES: Mapping[str, str] = {"draft": "text", "image": "image", "ref": "omni", "final": "text"}
#: Verbs that take one id.
OF_AN_ID = ("show", "cancel", "again", "promote", "reject", "hide", "rescue", "keep", "link")
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
