"""The moods of the provider and of the chat."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from bot.core.errors import ChatBusy, ChatError, Gone, KeyRefused, ProviderError, Transient
from bot.core.fakes.script import After
from bot.core.money import Money
from tests.drills.machine.site import Site
from tests.jobs.conftest import LAUNCH

Mood = Callable[[Site], None]
PROMPTS = st.sampled_from(["a fox", "a dog"])
TRANSIENT = Transient("bad gateway", status=502)
KEY_REFUSED = KeyRefused("no such key", status=401)
GONE = Gone("not found", status=404)
FAILS = ChatError("the chat does not answer")
BUSY = ChatBusy("slow down", retry_after_s=20)


def history(*, readable: bool, lag_s: float) -> Mood:
    """Whether it can be read, and how late it is."""

    def change(site: Site) -> None:
        site.vendor.history, site.vendor.history_lag_s = readable, lag_s

    return change


def price(prompt: str, cents: int) -> Mood:
    """What the jobs of a prompt cost from now on."""
    return lambda site: site.vendor.charges.update({prompt: Money(cents * 10_000)})


def failing(prompt: str, fails: str) -> Mood:
    """Whether the jobs of a prompt fail from now on, and their money comes back."""

    def change(site: Site) -> None:
        site.vendor.failing.pop(prompt, None)
        if fails:
            site.vendor.failing[prompt] = fails == "refunded"

    return change


def trouble(what: tuple[str, ProviderError], times: int) -> Mood:
    """The next questions go wrong."""
    return lambda site: site.vendor.troubles[what[0]].extend([what[1]] * times)


def chat_trouble(method: str, said: object) -> Mood:
    """A call of the chat goes wrong."""
    return lambda site: site.chat.script.add(method, said)


def closed(*, shut: bool) -> Mood:
    """Whether the channel is closed to us."""

    def change(site: Site) -> None:
        site.chat.closed_channels.pop(LAUNCH.channel, None)
        if shut:
            site.chat.closed_channels[LAUNCH.channel] = "The channel is closed to us."

    return change


def takes(most: int, *, says: bool) -> Mood:
    """The largest file that the chat takes from now on, and whether it says so."""

    def change(site: Site) -> None:
        site.chat.largest_file_bytes, site.chat.says_limit = most, says

    return change


def deleted(which: int) -> Mood:
    """A person deletes a card or a clip."""

    def change(site: Site) -> None:
        messages = [sent.message for sent in site.chat.sent if sent.to is None]
        if messages:
            site.chat.lose(messages[which % len(messages)])

    return change


MOODS: st.SearchStrategy[Mood] = st.one_of(
    st.builds(history, readable=st.booleans(), lag_s=st.sampled_from([0.0, 20.0, 50.0, 7200.0])),
    st.builds(price, PROMPTS, st.sampled_from([10, 32, 100, 500])),
    st.builds(failing, PROMPTS, st.sampled_from(["", "charged", "refunded"])),
    st.builds(
        trouble,
        st.sampled_from(
            [
                ("poll", TRANSIENT),
                ("poll", KEY_REFUSED),
                ("poll", GONE),
                ("find_recent", TRANSIENT),
                ("find_recent", KEY_REFUSED),
                ("balance", TRANSIENT),
                ("balance", KEY_REFUSED),
                ("download", TRANSIENT),
                ("download", GONE),
            ]
        ),
        st.sampled_from([1, 1, 4, 30]),
    ),
    st.builds(
        chat_trouble,
        st.sampled_from(["show", "say", "post_clip", "reactions", "find_post"]),
        st.sampled_from([FAILS, BUSY, After(FAILS)]),
    ),
    st.builds(closed, shut=st.booleans()),
    st.builds(takes, st.sampled_from([3, 10_000]), says=st.booleans()),
    st.builds(deleted, st.integers(0, 50)),
)
