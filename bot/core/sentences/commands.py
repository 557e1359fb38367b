"""What each verb and each of its options is, where a chat shows that while one types. Short: Discord counts them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.parsing.options import REFS
from bot.core.parsing.spending import REACHES

#: Of the two roots, and of the verbs that have verbs of their own.
ROOTS: Mapping[str, str] = {
    "clip": "Make and review video clips",
    "dailies": "Budgets, spending and settings",
    "dailies budget": "What may be spent here",
    "dailies spend": "Where the money went",
    "dailies settings": "How clips are made here",
}
#: Of the verbs, each with its root.
VERBS: Mapping[str, str] = {
    "clip draft": "Make a draft, or several to choose from",
    "clip image": "Make a draft that starts from a picture",
    "clip ref": "Make a draft with 1 to 9 reference pictures",
    "clip final": "Straight to 720p, for approvers; confirmed with its price",
    "clip batch": "Order a list of drafts, pasted or from a file",
    "clip build": "Build a prompt from its six parts",
    "clip remix": "The same shot with an edited prompt or other options",
    "clip show": "A take in full: prompt, price, where it is",
    "clip cancel": "Stop what can be stopped; what waits gives its money back",
    "clip again": "The same shot once more",
    "clip promote": "Approve a draft: its final is ordered",
    "clip reject": "Set a draft aside",
    "clip hide": "Take a clip down from the chat",
    "clip rescue": "Post a clip again from the archive",
    "clip keep": "Keep a clip for ever",
    "clip link": "A dated link at which anybody can fetch a clip",
    "clip status": "What runs and what waits here",
    "clip tips": "How to write a prompt",
    "clip help": "What I can do, and a first command to try",
    "dailies budget show": "The cap, what is used of it, when it resets",
    "dailies budget set": "Set a cap, its period or its ladder, for owners",
    "dailies budget raise": "Raise a cap by an amount, for owners",
    "dailies budget ask": "Ask whoever looks after the budget for more",
    "dailies pause": "Stop ordering here; what is submitted goes on",
    "dailies resume": "Let ordering go on",
    "dailies spend report": "Where the money went, in words or as a table",
    "dailies spend plot": "Where the money went, as a picture",
    "dailies spend export": "Every line of the ledger as a file, for owners",
    "dailies savings": "What drafting has saved, against all at 720p",
    "dailies settings show": "What is set here",
    "dailies settings set": "Change settings, for owners; without any a window asks",
    "dailies models": "What can be rendered, and what it costs",
    "dailies help": "The verbs about money and settings",
}
_PERIOD = "last month, week, year, 2026-11, 2026-10-01..2026-10-15"
#: Of the options, whichever verb has them.
OPTIONS: Mapping[str, str] = {
    "prompt": "What the clip shows; {oak|steel} makes a take of each",
    "id": "Of a take or a slate, like A7K-2",
    "subject": "Who or what the clip shows",
    "file": "CSV or text: label, prompt, image and any option",
    "seconds": "Length of the final, in seconds",
    "draft-seconds": "Length of a draft, in seconds",
    "ratio": "Width to height",
    "count": "How many drafts of the prompt",
    "audio": "Sound; it is free",
    "bitrate": "Normal or high",
    "model": "Which model renders it",
    "look": "new: a new roll · match: from the draft's frame",
    "no": "What is not wanted; answered with positive words",
    "image": "The picture to start from",
    **{name: f"Reference picture {number}" for number, name in enumerate(REFS, start=1)},
    "addresses": "Of pictures on the web, https://…, with blanks between",
    "amount": "In dollars, like 50 or 10.50",
    "scope": "This channel's, or the whole server's",
    "period": _PERIOD,
    "zone": "Time zone, like Europe/Berlin",
    "envelope": "A part of the cap that only finals may use",
    "tell": "Tell the channel from so many percent on, or off",
    "warn": "Warn from so many percent on, or off",
    "approve": "The owner approves from so many percent on, or off",
    "drafts-only": "Only drafts from the warning on",
    "why": "In your own words",
    "everywhere": "In the whole server",
    "by": "A table of each",
    "plot": "What it shows",
    "theme": "Its background",
    "form": "Which kind of file",
    "grace": "Seconds between approval and order",
    "quorum": "Approvals that a final needs",
    "approvers": "everyone, owners, or people and roles: @jo @directors",
    "makers": "everyone, owners, or people and roles: @jo @crew",
    "confirm-above": "Orders above so many dollars are confirmed",
    "owner-above": "Orders above so many dollars need an owner, or off",
    "hour": "One message a day at this time, like 17:00, or off",
    "reset": "A setting that goes back to its beginning",
}
#: Of options that mean something else with some verbs.
_SPECIAL: Mapping[tuple[str, str], str] = {
    ("dailies budget set", "amount"): "In dollars, like 50; none for no cap",
    ("dailies budget set", "scope"): "Whose cap: this channel's, the server's, each person's",
    ("dailies budget set", "period"): "When it resets",
    ("dailies settings set", "seconds"): "Length of finals, in seconds",
    ("dailies settings set", "draft-seconds"): "Length of drafts, in seconds",
    ("clip remix", "prompt"): "The new prompt; without it a window shows the old one",
    ("clip image", "prompt"): "What happens; a window asks for what is missing",
    ("clip ref", "prompt"): "What the clip shows; @image1 is the first picture",
}
#: What may be typed for a period, as it is offered.
PERIODS = (*REACHES[:3], "week", "last week", "month", "last month", "year", "last year", "all")
#: The names of the menus on messages, by what they do.
MENUS: Mapping[str, str] = {
    "animate": "Animate this picture",
    "promote": "Promote",
    "edit": "Remix",
    "show": "Take info",
}


def option(path: str, name: str) -> str:
    """What an option of a verb is; at most 100 characters."""
    return _SPECIAL.get((path, name), OPTIONS[name])


def changed() -> str:
    """The chat shows a command as it was before it changed."""
    return "This command has changed, and what you see is how it was. Reload Discord (Ctrl+R) and give it again."


def no_scope() -> str:
    """The bot was invited without its commands."""
    return (
        "Discord lets me have no commands in this server: invite me again with the scope applications.commands "
        "(dailies discord invite shows the address)"
    )


def too_often() -> str:
    """Discord's limit for one day."""
    return "Discord takes no more commands today: 200 new ones a day are its limit. The old ones go on; sync tomorrow"


def not_taken(reason: str) -> str:
    """Discord found a mistake in them, or forgot about an entry point."""
    return f"Discord did not take the commands as they are: {reason}"
