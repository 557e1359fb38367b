"""What can be typed: ``/clip …``, ``react 2️⃣ A7K``, ``press "Undo" A7K-2``, ``as bob``, ``in #launch``, ``wait``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.emoji import KEYCAPS, ReactionMeaning, meaning_of, normalise
from bot.core.errors import Refusal
from bot.core.ids import looks_like_id, normal

#: Longer lines are not read; a prompt of 20,000 characters fits.
LONGEST_LINE_CHARACTERS = 65_536
LONGEST_WAIT_S = 3_600
#: Longer texts are no emoji.
LONGEST_EMOJI_CHARACTERS = 64

HELP = """\
What can be typed here:
/clip …                 make and review clips; /clip help lists its verbs
/clip batch --file a.csv  order the list in a file of this machine
/dailies …              money and settings; /dailies help
react 2️⃣ A7K            give a reaction, as react 2 A7K or react :white_check_mark: A7K-2
unreact 2️⃣ A7K          take it back
press "Undo" A7K-2      press a button of the newest message about A7K-2
as bob                  be somebody else; as guest:zed is a guest
in #launch              go to another channel
wait                    until nothing is in flight; wait 5 waits 5 seconds
quit                    stop; what is under way goes on at the next start (in practice it is waited for)"""

_REACT = re.compile(r"(?P<emoji>\S+)\s+(?P<subject>\S+)")
_FILE = re.compile(
    r"batch\s*:?\s+(?:--|[—–])file[\s=]+(?:[\"“”](?P<quoted>[^\"“”]+)[\"“”]|(?P<path>.+))", re.IGNORECASE
)
_PRESS = re.compile(r"[\"“”„'‘’](?P<label>[^\"“”„]+)[\"“”„'‘’]\s*(?P<subject>\S*)")  # noqa: RUF001 - curly quotes are quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Slash:
    """A slash command."""

    #: ``clip`` or ``dailies``.
    root: str
    text: str
    #: The path of a list on this machine, for ``batch``; it stands for an attachment.
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """A reaction given or taken back."""

    #: Normalised.
    emoji: str
    subject: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button, by what it says."""

    label: str
    #: Empty: whatever it is about.
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """Somebody else types from now on."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """What is typed from now on is typed in another channel."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Nothing more is read for a while."""

    #: Real seconds; ``None``: until nothing is in flight.
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Helps:
    """The list of what can be typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quits:
    """The end."""


Line = Slash | Reacted | Pressed | Became | Went | Waits | Helps | Quits


def read(typed: str) -> Line:  # noqa: PLR0911 - one for each line of the help
    """What a line that is not empty asks for.

    Raises:
        Refusal: none of the things that can be typed; the sentence says how it is written.
    """
    if len(typed) > LONGEST_LINE_CHARACTERS:
        sentence = f"A line has at most {LONGEST_LINE_CHARACTERS:,} characters; this one has {len(typed):,}."
        raise Refusal(sentence)
    word, rest = [*typed.split(maxsplit=1), "", ""][:2]
    rest = rest.strip()
    match word.lower():
        case "/clip" | "/dailies" as root:
            return _slash(root.removeprefix("/"), rest)
        case "react" | "unreact" as verb:
            return _reaction(rest, added=verb == "react")
        case "press":
            return _press(rest)
        case "as" if rest:
            return Became(name=rest)
        case "in" if rest:
            return Went(name=rest)
        case "wait":
            return Waits(seconds=_seconds(rest))
        case "help" | "?" | "/help" if not rest:
            return Helps()
        case "quit" | "exit" | "/quit" if not rest:
            return Quits()
        case _:
            sentence = f"“{_start(typed)}” means nothing here. /clip asks for a clip; help lists what can be typed."
            raise Refusal(sentence)


def _slash(root: str, rest: str) -> Slash:
    listed = _FILE.fullmatch(rest) if root == "clip" else None
    if listed is None:
        return Slash(root=root, text=rest)
    return Slash(root=root, text="batch", file=(listed["quoted"] or listed["path"]).strip())


def _reaction(rest: str, *, added: bool) -> Reacted:
    found = _REACT.fullmatch(rest)
    if found is None or not looks_like_id(found["subject"]):
        verb = "react" if added else "unreact"
        sentence = f"{verb} is followed by an emoji and an id, as in: {verb} 2️⃣ A7K, or {verb} ✅ A7K-2"
        raise Refusal(sentence)
    return Reacted(emoji=_emoji(found["emoji"]), subject=normal(found["subject"]), added=added)


def _emoji(typed: str) -> str:
    """A bare number is a keycap; of names in plain letters only those that mean something are known."""
    if typed.isdecimal() and 1 <= int(typed) <= len(KEYCAPS):
        return KEYCAPS[int(typed) - 1]
    emoji = normalise(typed.lower())
    known = meaning_of(emoji) is not ReactionMeaning.NOTHING
    if not known and (emoji.isascii() or len(emoji) > LONGEST_EMOJI_CHARACTERS):
        sentence = f"“{_start(typed)}” is no emoji: ✅ or :white_check_mark:, ❌, 🔁, 📌, or a number from 1 to 10."
        raise Refusal(sentence)
    return emoji


def _press(rest: str) -> Pressed:
    found = _PRESS.fullmatch(rest)
    if found:
        label, subject = found["label"].strip(), found["subject"]
    else:
        *words, last = rest.split() or [""]
        label, subject = (" ".join(words), last) if words and looks_like_id(last) else (rest, "")
    if not label.strip('"“”') or (subject and not looks_like_id(subject)):
        sentence = 'press is followed by what the button says, and an id, as in: press "Undo" A7K-2'
        raise Refusal(sentence)
    return Pressed(label=label, subject=normal(subject) if subject else "")


def _seconds(rest: str) -> float | None:
    if not rest:
        return None
    number = rest.removesuffix("s").strip()
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", number) or float(number) > LONGEST_WAIT_S:
        sentence = f"wait is followed by nothing, or by seconds up to {LONGEST_WAIT_S:,}, as in: wait 5"
        raise Refusal(sentence)
    return float(number)


def _start(typed: str) -> str:
    """Enough of it to know it again."""
    most = 40
    return typed if len(typed) <= most else f"{typed[: most - 1]}…"
