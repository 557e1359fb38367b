from __future__ import annotations

import pytest

from adapters.local.entries import Entry, Kind
from adapters.local.finding import Target, button, targets
from adapters.local.lines import Pressed
from bot.core.errors import Refusal
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ports import Button, Message
from tests.adapters.local.conftest import LAUNCH, MakeEntry, furnish


def on(message: str, emoji: str) -> Target:
    return Target(message=Message(channel=LAUNCH, id=message), emoji=emoji)


TARGETS = [
    ("A7K", "2️⃣", [on("launch/1", "2️⃣")]),
    ("a7k", "✅", [on("launch/1", "✅")]),
    ("A7K-1", "✅", [on("launch/4", "✅"), on("launch/3", "✅"), on("launch/1", "1️⃣")]),
    ("A7K1", "❌", [on("launch/4", "❌"), on("launch/3", "❌")]),
    ("A7K-1", "1️⃣", [on("launch/4", "1️⃣"), on("launch/3", "1️⃣"), on("launch/1", "1️⃣")]),
    ("A7K-2", "✅", [on("launch/1", "2️⃣")]),
    ("A7K-2", "❌", []),
    ("A7K-1F", "✅", []),
    ("B8Z", "✅", [on("launch/9", "✅")]),
    ("C9Y", "✅", []),
]


@pytest.mark.parametrize(("subject", "emoji", "found"), TARGETS)
async def test_targets(subject: str, emoji: str, found: list[Target]) -> None:
    """A card's id means the card; a take's its newest clip, and its number on the card for a ✅."""
    store = MemoryStore(FakeClock())
    await store.transact(furnish)
    assert await store.transact(lambda tx: targets(tx, subject, emoji)) == found


async def test_no_target() -> None:
    """An id that nothing has is refused."""
    store = MemoryStore(FakeClock())
    await store.transact(furnish)
    with pytest.raises(Refusal, match="There is no Z9Z here"):
        await store.transact(lambda tx: targets(tx, "Z9Z", "✅"))


def pressable(*labels: tuple[str, str]) -> tuple[Button, ...]:
    return tuple(Button(label=label, action=action) for label, action in labels)


@pytest.fixture
def messages(make_entry: MakeEntry) -> list[Entry]:
    """What stands in a channel, the newest first."""
    return [
        make_entry(Kind.ANSWER, to="mina", buttons=pressable(("Ask for more", "ask:K4M-F"))),
        make_entry(
            buttons=pressable(
                ("1", "promote:A7K-1"),
                ("10", "promote:A7K-10"),
                ("Undo A7K-1F", "undo:A7K-1F"),
                ("Undo A7K-10F", "undo:A7K-10F"),
                ("More…", "show:A7K"),
            )
        ),
        make_entry(
            Kind.LINE,
            to="dana",
            buttons=pressable(
                ("Raise by $10", "raise:K4M-F:1000"),
                ("Raise by $25", "raise:K4M-F:2500"),
                ("Decline…", "decline:K4M-F"),
            ),
        ),
        make_entry(
            Kind.LINE, buttons=pressable(("Again · $1.28", "again:A7K"), ("I look after this budget", "lookafter"))
        ),
        make_entry(Kind.LINE),
    ]


PRESSED = [
    ("Ask for more", "K4M-F", "mina", "ask:K4M-F"),
    ("ask", "k4m", "mina", "ask:K4M-F"),
    ("1", "A7K", "jo", "promote:A7K-1"),
    ("10", "A7K", "jo", "promote:A7K-10"),
    ("Undo", "A7K-10", "jo", "undo:A7K-10F"),
    ("undo a7k-1f", "A7K", "jo", "undo:A7K-1F"),
    ("more...", "A7K", "jo", "show:A7K"),
    ("More", "A7K-3", "jo", "show:A7K"),
    ("decline", "", "dana", "decline:K4M-F"),
    ("Raise by $25", "K4M-F", "dana", "raise:K4M-F:2500"),
    ("Again", "A7K", "jo", "again:A7K"),
    ("i look", "", "jo", "lookafter"),
]


@pytest.mark.parametrize(("label", "subject", "person", "action"), PRESSED)
def test_pressed(messages: list[Entry], label: str, subject: str, person: str, action: str) -> None:
    """A button is found by what it says or begins with, on the newest message about it that the person sees."""
    found = button(messages, Pressed(label=label, subject=subject.upper()), person)
    assert found is not None
    assert found.action == action


EVERY_BUTTON = (
    "No button says “Fly”; there is [Ask for more] [1] [10] [Undo A7K-1F] [Undo A7K-10F] [More…] "
    "[Again · $1.28] [I look after this budget]"
)
NOT_PRESSED = [
    ("Undo", "A7K", "jo", "Which one? [Undo A7K-1F] [Undo A7K-10F]"),
    ("Raise", "K4M-F", "dana", "Which one? [Raise by $10] [Raise by $25]"),
    ("Raise", "K4M-F", "mina", "No button about K4M-F says “Raise”; there is [Ask for more]"),
    (
        "Fly",
        "",
        "mina",
        EVERY_BUTTON,
    ),
]


@pytest.mark.parametrize(("label", "subject", "person", "sentence"), NOT_PRESSED)
def test_not_pressed(messages: list[Entry], label: str, subject: str, person: str, sentence: str) -> None:
    """A label that fits several buttons or none is answered with those that there are, for this person."""
    with pytest.raises(Refusal) as refusal:
        button(messages, Pressed(label=label, subject=subject), person)
    assert refusal.value.sentence == sentence


def test_nothing_about_it(messages: list[Entry]) -> None:
    """Where no message about the subject has a button there is none to press yet."""
    assert button(messages, Pressed(label="Undo", subject="Z9Z"), "jo") is None
    assert button(messages, Pressed(label="Undo", subject="K4M"), "jo") is None


def test_few_are_listed(make_entry: MakeEntry) -> None:
    """Of very many labels a sentence lists the first."""
    many = make_entry(buttons=pressable(*((f"b{number}", f"show:A7K:{number}") for number in range(20))))
    with pytest.raises(Refusal, match=r"\[b14\] …$"):
        button([many], Pressed(label="none", subject=""), "jo")
