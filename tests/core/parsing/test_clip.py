from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.commands import (
    Again,
    Cancel,
    CastVote,
    Command,
    DirectFinal,
    Draft,
    Help,
    Hide,
    Keep,
    Link,
    OpenModal,
    OrderOptions,
    Remix,
    Rescue,
    Show,
    Status,
    Tips,
)
from bot.core.modals import Form
from bot.core.rows import Meaning, Source

NOW = 1_750_000_000_000
Parse = Callable[..., Any]
Make = Callable[..., Command]


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("", Help, {"root": "clip"}),
        ("  \n", Help, {"root": "clip"}),
        ("help", Help, {"root": "clip"}),
        ("Help draft", Help, {"root": "clip"}),
        ("tips", Tips, {}),
        ("status", Status, {}),
        ("queue:", Status, {}),
        ("show a7k-2", Show, {"subject": "A7K-2"}),
        ("SHOW: A7K.", Show, {"subject": "A7K"}),
        ("cancel A7K2", Cancel, {"subject": "A7K2"}),
        ("again A7K-2F", Again, {"subject": "A7K-2F", "source": Source.VERB}),
        ("reroll A7K", Again, {"subject": "A7K", "source": Source.VERB}),
        ("hide A7K-1", Hide, {"subject": "A7K-1"}),
        ("delete A7K-1", Hide, {"subject": "A7K-1"}),
        ("remove A7K-1", Hide, {"subject": "A7K-1"}),
        ("rescue A7K", Rescue, {"subject": "A7K"}),
        ("repost A7K", Rescue, {"subject": "A7K"}),
        ("link A7K-2", Link, {"subject": "A7K-2"}),
        ("keep A7K-F", Keep, {"subject": "A7K-F"}),
        (
            "promote a7k\u20132",
            CastVote,
            {"subject": "A7K-2", "meaning": Meaning.APPROVE, "source": Source.VERB, "at": NOW},
        ),
        ("reject A7K", CastVote, {"subject": "A7K", "meaning": Meaning.REJECT, "source": Source.VERB, "at": NOW}),
        ("remix a7k-2: a fox in rain", Remix, {"subject": "A7K-2", "prompt": "a fox in rain"}),
        ("remix A7K a fox\nin rain", Remix, {"subject": "A7K", "prompt": "a fox\nin rain"}),
        ("edit A7K : a fox", Remix, {"subject": "A7K", "prompt": "a fox"}),
        (
            "remix A7K: fox --ratio 9:16",
            Remix,
            {"subject": "A7K", "prompt": "fox", "options": OrderOptions(ratio="9:16")},
        ),
        ("a fox in snow", Draft, {"prompt": "a fox in snow"}),
        ("draft: a fox", Draft, {"prompt": "a fox"}),
        ("make:a fox", Draft, {"prompt": "a fox"}),
        ("Generate : a fox", Draft, {"prompt": "a fox"}),
        ("imagine:\na fox", Draft, {"prompt": "a fox"}),
        ("drafts of wind", Draft, {"prompt": "drafts of wind"}),
        ("a fox\n\nin  snow", Draft, {"prompt": "a fox\n\nin  snow"}),
        ("final: lap of a race car", DirectFinal, {"prompt": "lap of a race car"}),
        ("final: lap --seconds 10", DirectFinal, {"prompt": "lap", "options": OrderOptions(seconds=10)}),
    ],
)
def test_verbs(clip: Parse, make: Make, text: str, kind: type[Command], facts: dict[str, Any]) -> None:
    """A verb whose rest fits is that verb, by its name or an alias; any other text is a draft's prompt."""
    assert clip(text) == make(kind, **facts)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("final lap of a race car", "with a colon, “final: …”, it is the verb."),
        ("image of a dog", "with a colon, “image: …”, it is the verb."),
        ("Make it rain", "with a colon, “Make: …”, it is the verb."),
        ("show me a fox", "as a verb it takes one id, as in “show A7K-2”."),
        ("cancel A7K-2 A7K-3", "as a verb it takes one id, as in “cancel A7K-2”."),
        ("keep calm\nand carry on", "as a verb it takes one id, as in “keep A7K-2”."),
        ("edit the film", "as a verb it takes an id and a prompt, as in “edit A7K-2: a fox in rain”."),
        ("remix : :", "as a verb it takes an id and a prompt, as in “remix A7K-2: a fox in rain”."),
        ("help me", "as a verb it stands alone."),
        ("status: critical", "as a verb it stands alone."),
        ("batch of cookies", "as a verb it stands alone."),
        ("build a house", "as a verb it stands alone."),
    ],
)
def test_not_a_verb(clip: Parse, make: Make, text: str, how: str) -> None:
    """A verb whose rest does not fit is the first word of one draft's prompt, and the answer says so."""
    word = text.split(maxsplit=1)[0].rstrip(":")
    remark = f"All of it is read as a prompt, “{word}” included; {how}"
    assert clip(text) == make(Draft, prompt=text, remark=remark)


def test_remarks_add_up(clip: Parse) -> None:
    """How the text was read stands before what is said about its options."""
    remark = clip("show me a fox --no blur --fast").remark
    assert remark.index("All of it") < remark.index("Tip:")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("draft", "draft needs a prompt after a colon, as in draft: a fox in snow."),
        ("draft:", "The prompt is empty; write what the clip shows, as in: a fox in snow."),
        ("draft: --count 2", "The prompt is empty; write what the clip shows, as in: a fox in snow."),
        ("--count 2", "The prompt is empty; write what the clip shows, as in: a fox in snow."),
        ("show", "show needs an id, as in show A7K-2."),
        ("delete", "hide needs an id, as in hide A7K-2."),
        ("remix", "remix needs an id and the new prompt, as in remix A7K-2: a fox in rain."),
        ("build:\na fox", "build opens the six parts and takes nothing else; a whole prompt goes after draft:"),
        ("again A7K --count 2", "again takes an id and no options; you gave --count."),
        ("final: a fox --count 2", "final makes one clip; you asked for 2. Order drafts and finish one of them."),
        ("budget", "budget belongs to /dailies: write /dailies budget."),
        ("Settings", "settings belongs to /dailies: write /dailies settings."),
        ("x" * 20_001, "The prompt has 20,001 characters; at most 20,000 fit."),
    ],
)
def test_refused(clip: Parse, refused: Callable[..., str], text: str, sentence: str) -> None:
    """A verb without what it needs is refused with an example, before anything is held."""
    assert refused(clip, text) == sentence


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("build", {"form": Form.BUILD}),
        ("Build:", {"form": Form.BUILD}),
        ("animate", {"form": Form.IMAGE}),
        ("image:", {"form": Form.IMAGE}),
        ("image: a dog", {"form": Form.IMAGE, "prompt": "a dog"}),
        ("image: a dog --ratio 1:1", {"form": Form.IMAGE, "prompt": "a dog", "options": OrderOptions(ratio="1:1")}),
        ("omni", {"form": Form.REF}),
        ("ref: a dog", {"form": Form.REF, "prompt": "a dog"}),
        ("batch", {"form": Form.BATCH}),
        ("batch:\n", {"form": Form.BATCH}),
        ("remix a7k", {"form": Form.EDIT, "subject": "A7K"}),
        ("remix A7K: --s 9", {"form": Form.EDIT, "subject": "A7K", "options": OrderOptions(seconds=9)}),
    ],
)
def test_a_verb_without_what_it_needs_opens_a_window(clip: Parse, make: Make, text: str, facts: dict[str, Any]) -> None:
    """What was typed already stands in it."""
    assert clip(text) == make(OpenModal, **facts)


def test_a_picture_without_a_prompt_opens_the_window_too(clip: Parse, make: Make) -> None:
    """The picture is given already then."""
    for text, facts in (("image", {"form": Form.IMAGE}), ("edit A7K", {"form": Form.EDIT, "subject": "A7K"})):
        assert clip(text, pictures=("file:x.png",)) == make(OpenModal, pictures=("file:x.png",), **facts)


def test_attached_picture_without_text(clip: Parse, refused: Callable[..., str]) -> None:
    """A picture alone is no help request: its prompt is missing."""
    assert refused(clip, "", pictures=("file:x.png",)).startswith("The prompt is empty")


def test_remix_with_a_picture(clip: Parse, make: Make) -> None:
    """A picture attached to a remix starts the new clip."""
    assert clip("remix A7K: a fox", pictures=("file:x.png",)) == make(
        Remix, subject="A7K", prompt="a fox", options=OrderOptions(image="file:x.png")
    )


def test_slack_markup_is_undone(clip: Parse, make: Make) -> None:
    """Text as Slack delivers it is read as it was typed."""
    made = clip("a &lt;b&gt; &amp; c --image <https://x.com/a.png|x.com/a.png>")
    assert made == make(Draft, prompt="a <b> & c", options=OrderOptions(image="https://x.com/a.png"))
