from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refusal
from bot.core.kinds import (
    Amount,
    AmountOrOff,
    Choice,
    Kind,
    Percent,
    Shown,
    Switch,
    TimeOfDay,
    Whole,
    Zone,
    one_of,
    read_as,
    repeated,
)
from bot.core.money import Money

RATIO = Choice(("16:9", "9:16"), colons="x×/")
SECONDS = Whole(4, 15, "s")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (SECONDS, "4", 4),
        (SECONDS, " 15 ", 15),
        (SECONDS, "5s", 5),
        (SECONDS, "5 sec", 5),
        (SECONDS, "5 Seconds", 5),
        (Whole(1, 10), "10", 10),
        (RATIO, "9:16", "9:16"),
        (RATIO, "9x16", "9:16"),
        (RATIO, "16/9", "16:9"),
        (Choice(("normal", "high")), "HIGH", "high"),
        (Switch(), "on", True),
        (Switch(), "No", False),
        (Zone(), "europe/berlin", "Europe/Berlin"),
        (Zone(), "america/new york", "America/New_York"),
        (Zone(), "UTC", "UTC"),
        (Percent(), "1", 1),
        (Percent(), "80%", 80),
        (Percent(), "80 percent", 80),
        (Percent(), "99 %", 99),
        (Percent(), "Off", 0),
        (Percent(), "never", 0),
        (AmountOrOff(), "Off", None),
        (AmountOrOff(), "5", Money.usd(5)),
        (Amount(), "50", Money.usd(50)),
        (Amount(), "$50", Money.usd(50)),
        (Amount(), "50.00", Money.usd(50)),
        (Amount(), "$1,000", Money.usd(1000)),
        (Amount(), "1,000.5 USD", Money.usd("1000.50")),
        (Amount(), "$.50", Money.usd("0.50")),
        (Amount(), "50$", Money.usd(50)),
        (Amount(), "0", Money.usd(0)),
        (Amount(), "10000000", Money.usd(10_000_000)),
        (TimeOfDay(), "17:00", 1020),
        (TimeOfDay(), "17", 1020),
        (TimeOfDay(), "17h", 1020),
        (TimeOfDay(), "9.30", 570),
        (TimeOfDay(), "5pm", 1020),
        (TimeOfDay(), "5:30 P.M.", 1050),
        (TimeOfDay(), "12am", 0),
        (TimeOfDay(), "12 pm", 720),
        (TimeOfDay(), "0", 0),
        (TimeOfDay(), "23:59", 1439),
        (TimeOfDay(), "Off", None),
    ],
)
def test_read(kind: Kind[object], text: str, value: object) -> None:
    """What people write for a value is read as that value."""
    assert read_as(kind, "it", text) == value


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (SECONDS, "16", "it is 4 to 15; you asked for 16."),
        (SECONDS, "3", "it is 4 to 15; you asked for 3."),
        (SECONDS, "5.5", "it is 4 to 15; you asked for 5.5."),
        (SECONDS, "\u0665", "it is 4 to 15; you asked for \u0665."),
        (Whole(1, 10), "5s", "it is 1 to 10; you asked for 5s."),
        (SECONDS, " ", "it is 4 to 15; you gave no value."),
        (RATIO, "2:1", "it is 16:9 or 9:16; you asked for 2:1."),
        (Switch(), "loud", "it is on or off; you asked for loud."),
        (Zone(), "Berlin", "There is no zone Berlin. Did you mean Europe/Berlin?"),
        (Zone(), "../etc", "it is the IANA name of a zone, like Europe/Berlin; you asked for ../etc."),
        (Percent(), "0", "it is a whole percentage from 1 to 99, like 80, or off; you asked for 0."),
        (Percent(), "100", "it is a whole percentage from 1 to 99, like 80, or off; you asked for 100."),
        (Percent(), "0.8", "it is a whole percentage from 1 to 99, like 80, or off; you asked for 0.8."),
        (Percent(), "-5", "it is a whole percentage from 1 to 99, like 80, or off; you asked for -5."),
        (TimeOfDay(), "24:00", "it is a time of day, like 17:00 or 5pm, or off; you asked for 24:00."),
        (TimeOfDay(), "13pm", "it is a time of day, like 17:00 or 5pm, or off; you asked for 13pm."),
        (TimeOfDay(), "0am", "it is a time of day, like 17:00 or 5pm, or off; you asked for 0am."),
        (TimeOfDay(), "9:60", "it is a time of day, like 17:00 or 5pm, or off; you asked for 9:60."),
        (TimeOfDay(), "evening", "it is a time of day, like 17:00 or 5pm, or off; you asked for evening."),
        (Amount(), "lots", "it is an amount in dollars, like 50 or $50.00; you asked for lots."),
        (Amount(), "5k", "it is an amount in dollars, like 50 or $50.00; you asked for 5k."),
        (Amount(), "1,00,0", "it is an amount in dollars, like 50 or $50.00; you asked for 1,00,0."),
        (Zone(), "Europe/Berln", "There is no zone Europe/Berln. Did you mean Europe/Berlin?"),
        (Zone(), "new york", "There is no zone new york. Did you mean America/New_York?"),
        (AmountOrOff(), "-5", "An amount cannot be negative; write 50; you asked for -5."),
        (Amount(), "-5", "An amount cannot be negative; write 50; you asked for -5."),
        (Amount(), "$-5", "An amount cannot be negative; write 50; you asked for $-5."),
        (Amount(), "€50", "An amount is in US dollars; write 50 or $50; you asked for €50."),
        (Amount(), "50 eur", "An amount is in US dollars; write 50 or $50; you asked for 50 eur."),
        (Amount(), "50GBP", "An amount is in US dollars; write 50 or $50; you asked for 50GBP."),
        (Amount(), "50,00", "An amount has its cents after a point; write 50.00; you asked for 50,00."),
        (Amount(), "1.000,00", "An amount has its cents after a point; write 50.00; you asked for 1.000,00."),
        (Amount(), "5.005", "An amount is in whole cents; write 50.00; you asked for 5.005."),
        (Amount(), "10000001", "An amount is at most $10,000,000; you asked for 10000001."),
        (Amount(), "9" * 70, f"An amount is at most $10,000,000; you asked for {'9' * 59}…."),
    ],
)
def test_refused(kind: Kind[object], text: str, sentence: str) -> None:
    """What is not allowed is refused with its name, what was given and what helps."""
    with pytest.raises(Refusal) as refused:
        read_as(kind, "it", text)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (SECONDS, 5, "5 s"),
        (Whole(1, 20), 2, "2"),
        (RATIO, "16:9", "16:9"),
        (Switch(), True, "on"),
        (Switch(), False, "off"),
        (Amount(), Money.usd(5), "$5.00"),
        (TimeOfDay(), 9 * 60 + 5, "09:05"),
        (TimeOfDay(), None, "off"),
    ],
)
def test_show(kind: Shown, value: object, shown: str) -> None:
    """A value is shown with its unit, and as it could be typed again."""
    assert kind.show(value) == shown
    assert kind.read(shown) == value


def test_values_are_listed() -> None:
    """A refusal carries every allowed value where they can be listed."""
    with pytest.raises(Refusal) as refused:
        read_as(Whole(1, 3), "count", "9")
    assert refused.value.allowed == ("1", "2", "3")


def test_one_of() -> None:
    """Values are listed with commas and an or."""
    assert one_of(("a", "b", "c")) == "a, b or c"
    assert one_of(("mini",)) == "mini"


def test_repeated_is_short() -> None:
    """An answer repeats one line of what was typed, and no more than sixty characters."""
    assert repeated("a\n b") == "a b"
    assert len(repeated("a" * 100)) == 60


@given(st.text(max_size=30), st.sampled_from([SECONDS, RATIO, Switch(), Zone(), Amount(), TimeOfDay()]))
def test_only_refusals(text: str, kind: Kind[object]) -> None:
    """Whatever is typed for a value is read or refused."""
    with suppress(Refusal):
        assert read_as(kind, "it", text) == kind.read(text.strip())
