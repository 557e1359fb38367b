from __future__ import annotations

import pytest

from adapters.local.lines import Became, Helps, Line, Pressed, Quits, Reacted, Slash, Waits, Went, read
from bot.core.errors import Refusal

READ: list[tuple[str, Line]] = [
    ("/clip a fox in snow --count 4", Slash(root="clip", text="a fox in snow --count 4")),
    ("  /CLIP  status ", Slash(root="clip", text="status")),
    ("/clip", Slash(root="clip", text="")),
    ("/dailies\tbudget set 50", Slash(root="dailies", text="budget set 50")),
    ("react 2️⃣ A7K", Reacted(emoji="2️⃣", subject="A7K", added=True)),
    ("react 2 a7k", Reacted(emoji="2️⃣", subject="A7K", added=True)),
    ("react 10 A7K", Reacted(emoji="🔟", subject="A7K", added=True)),
    ("react :white_check_mark: A7K-2", Reacted(emoji="✅", subject="A7K-2", added=True)),
    ("React ✔️ A7K-2", Reacted(emoji="✅", subject="A7K-2", added=True)),
    ("react +1::skin-tone-3 A7K", Reacted(emoji="👍", subject="A7K", added=True)),
    ("react 👍🏽 A7K", Reacted(emoji="👍", subject="A7K", added=True)),
    ("react 🦊 A7K", Reacted(emoji="🦊", subject="A7K", added=True)),
    ("unreact ✅ a7k—2f", Reacted(emoji="✅", subject="A7K-2F", added=False)),
    ('press "Undo" A7K-2', Pressed(label="Undo", subject="A7K-2")),
    ("press “Raise by $10” k4m-f", Pressed(label="Raise by $10", subject="K4M-F")),
    ("press Ask for more A7K", Pressed(label="Ask for more", subject="A7K")),
    ("press 1 A7K", Pressed(label="1", subject="A7K")),
    ('press "I look after this budget"', Pressed(label="I look after this budget", subject="")),
    ("press More…", Pressed(label="More…", subject="")),
    ("as bob", Became(name="bob")),
    ("as guest:zed", Became(name="guest:zed")),
    ("in #launch", Went(name="#launch")),
    ("wait", Waits(seconds=None)),
    ("wait 5", Waits(seconds=5.0)),
    ("wait 0.5 s", Waits(seconds=0.5)),
    ("help", Helps()),
    ("?", Helps()),
    ("quit", Quits()),
    ("EXIT", Quits()),
]


@pytest.mark.parametrize(("typed", "line"), READ)
def test_read(typed: str, line: Line) -> None:
    """A line is understood, however its emoji, dashes, quotes and capitals are typed."""
    assert read(typed) == line


REFUSED = [
    ("a fox in snow", "“a fox in snow” means nothing here. /clip asks for a clip; help lists what can be typed."),
    ("as", "“as” means nothing here. /clip asks for a clip; help lists what can be typed."),
    ("quit now", "“quit now” means nothing here. /clip asks for a clip; help lists what can be typed."),
    ("y" * 50, f"“{'y' * 39}…” means nothing here. /clip asks for a clip; help lists what can be typed."),
    ("react", "react is followed by an emoji and an id, as in: react 2️⃣ A7K, or react ✅ A7K-2"),
    ("react A7K ✅", "react is followed by an emoji and an id, as in: react 2️⃣ A7K, or react ✅ A7K-2"),
    ("unreact ✅", "unreact is followed by an emoji and an id, as in: unreact 2️⃣ A7K, or unreact ✅ A7K-2"),
    ("react 11 A7K", "“11” is no emoji: ✅ or :white_check_mark:, ❌, 🔁, 📌, or a number from 1 to 10."),
    ("react 0 A7K", "“0” is no emoji: ✅ or :white_check_mark:, ❌, 🔁, 📌, or a number from 1 to 10."),
    ("react yes A7K", "“yes” is no emoji: ✅ or :white_check_mark:, ❌, 🔁, 📌, or a number from 1 to 10."),
    ("press", 'press is followed by what the button says, and an id, as in: press "Undo" A7K-2'),
    ('press "Undo" now', 'press is followed by what the button says, and an id, as in: press "Undo" A7K-2'),
    ('press "" A7K', "press is followed by what the button says"),
    ("wait long", "wait is followed by nothing, or by seconds up to 3,600, as in: wait 5"),
    ("wait 9999", "wait is followed by nothing, or by seconds up to 3,600, as in: wait 5"),
    ("wait -1", "wait is followed by nothing"),
    ("/clip " + "x" * 65_536, "A line has at most 65,536 characters; this one has 65,542."),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
def test_refused(typed: str, sentence: str) -> None:
    """Anything else is answered with one sentence that says how it is written."""
    with pytest.raises(Refusal) as refusal:
        read(typed)
    assert refusal.value.sentence.startswith(sentence)
