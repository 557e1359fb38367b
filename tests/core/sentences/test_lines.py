"""What is said unasked, word for word."""

from __future__ import annotations

import pytest

from bot.core.commands import Actor, Place
from bot.core.parsing import parse_action
from bot.core.ports import Button, CardView
from bot.core.sentences import lines
from tests.core.builders import NOW

WHY = "refused by the provider: the prompt names a protected character"
FACTS = {
    "subject": "A7K-2",
    "why": WHY,
    "price": "$1.50",
    "money": "$0.32",
    "charged": "$0.32",
    "back": "$0.32",
    "before": "$12.00",
    "ver": "7",
    "waiting": "3",
    "model": "mini",
    "maker": "mina",
    "place": "launch",
    "used": "$47.60 of $50.00 spent.",
    "prompt": "hero shot for the homepage",
    "raised": "#launch was raised to $60.00",
    "owner": "dana",
    "pick": "2️⃣",
    "cancelled": "",
    "forecast": "At this pace it is full on the 23rd.",
    "works": "Everything goes on; from 95 % the owner approves each order.",
    "people": "mina $23.42 (31, 9) · jo $11.12 (16, 4) · others $5.56 (8, 2)",
    "batch": "B4T",
    "counted": "36 drafts are there, 1 refused",
    "spent": "$11.52",
    "troubles": "hero (A7K-3): Refused.",
    "person": "U1",
    "asked": "1764105600000",
    "micros": "20000000",
    "scope": "channel:local:launch",
    "report": "channel:local:launch",
    "version": "3",
    "spent_micros": "2030000",
    "cards": "A7K B2C",
    "more_cards": "0",
    "drafts:A7K": "4",
    "words:A7K": "a ceramic mug on {marble|oak|steel}",
    "drafts:B2C": "1",
    "words:B2C": "a fox in snow",
    "finals": "D4E-F",
    "more_finals": "0",
    "left": "#launch has $36.40 of $50.00 left until 1 Dec.",
    "approvers": "U1 U2",
    "welcome": "I make short video clips here.\nNobody looks after it yet.",
}


def worded(line: str, **facts: str) -> CardView:
    return lines.worded(line, FACTS | facts, looked_after=True)


@pytest.mark.parametrize(
    ("line", "facts", "title"),
    [
        ("applause", {}, "👍 is applause; 2️⃣ orders the final, $1.50."),
        (
            "refused",
            {},
            (
                "A7K-2 · Refused by the provider: the prompt names a protected character. "
                "Nothing was charged; $0.32 is back."
            ),
        ),
        (
            "failed",
            {"why": "failed while rendering", "charged": ""},
            "A7K-2 · Failed while rendering. Nothing was charged; $0.32 is back.",
        ),
        ("failed", {"why": "failed while rendering"}, "A7K-2 · Failed while rendering. $0.32 was charged."),
        (
            "failed_charged",
            {"why": "failed while rendering"},
            (
                "A7K-2 · Failed while rendering. $0.32 is booked, as the provider did not say that it gave the money "
                "back. Compare it with the provider's statement."
            ),
        ),
        (
            "unknown",
            {"why": "the provider did not answer the order (ReadTimeout)", "price": "$0.32"},
            (
                "Not sure about A7K-2: the provider did not answer the order (ReadTimeout). $0.32 stays held and "
                "nothing is ordered again until it is known."
            ),
        ),
        ("late_evidence", {}, "A7K-2 was made after all: $1.50 is booked for it."),
        (
            "late_evidence",
            {"cancelled": "A7K-2F2"},
            "A7K-2 was made after all: $1.50 is booked for it. A7K-2F2 was not ordered yet and is cancelled.",
        ),
        (
            "overrun",
            {"charged": "$1.80"},
            (
                "A7K-2 cost $1.80 where $1.50 was held. All of it is booked, and nothing more is ordered in any "
                "channel until an owner lets it go on."
            ),
        ),
        (
            "credit",
            {},
            (
                "Waiting for provider credit: 3 takes start by themselves when there is some. "
                "Top up the provider's wallet."
            ),
        ),
        (
            "credit",
            {"waiting": "1"},
            "Waiting for provider credit: 1 take starts by itself when there is some. Top up the provider's wallet.",
        ),
        (
            "key_refused",
            {"why": "invalid key"},
            (
                "The provider does not accept our key: invalid key. What waits keeps its place; the operator checks "
                "MUAPI_API_KEY and MUAPI_BASE_URL."
            ),
        ),
        (
            "model_not_served",
            {},
            (
                "The provider does not serve the model mini for our key; orders of it are refused. The operator asks "
                "the provider or turns the model off."
            ),
        ),
        (
            "not_archived",
            {"why": "the disk is full"},
            (
                "A7K-2 is paid, $0.32, and not archived yet; its address ends within six hours. The disk is full. "
                "Fetching goes on until then."
            ),
        ),
        (
            "not_archived",
            {"why": "the disk is full", "here": "yes"},
            (
                "A7K-2 is paid, $0.32, and not archived yet; its address ends within six hours. The disk is full. "
                "Its bytes are on our disk already."
            ),
        ),
        (
            "archive_refuses",
            {"why": "its disk is read-only"},
            "No clip could be archived for some minutes, and 3 clips wait. Its disk is read-only.",
        ),
        (
            "archive_refuses",
            {"why": "its disk is read-only", "waiting": "1"},
            "No clip could be archived for some minutes, and 1 clip waits. Its disk is read-only.",
        ),
        (
            "not_readable",
            {"why": "its checksum is another"},
            "The archived clip of A7K-2 cannot be read. Its checksum is another. It is read every minute.",
        ),
        (
            "lost",
            {"why": "the provider gave no address for the clip"},
            "A7K-2 is lost: $0.32 was charged, and the clip is gone. The provider gave no address for the clip.",
        ),
        (
            "undeliverable",
            {"why": "the channel is archived"},
            "A7K-2 could not be posted: the channel is archived. The clip is kept; /clip rescue A7K-2 posts it.",
        ),
        ("ask", {"price": "$2.25"}, "mina asks for $2.25 in #launch, A7K-2. $47.60 of $50.00 spent."),
        ("allowed", {}, "#launch was raised to $60.00. A7K-2 is ordered; dana said yes."),
        (
            "allowed",
            {"raised": "the workspace was raised to $110.00"},
            "The workspace was raised to $110.00. A7K-2 is ordered; dana said yes.",
        ),
        ("allowed", {"raised": ""}, "A7K-2 is ordered; dana said yes."),
        (
            "ask",
            {"price": "$0.96", "number": "3", "stage": "draft", "subject": "A7K"},
            "mina asks for $0.96 for 3 drafts in #launch, A7K. $47.60 of $50.00 spent.",
        ),
        (
            "owner",
            {"price": "$0.96", "number": "3", "stage": "draft", "subject": "A7K"},
            "mina asks for $0.96 for 3 drafts in #launch, A7K. $47.60 of $50.00 spent.",
        ),
        ("owner", {}, "mina asks for $1.50 in #launch, A7K-2. $47.60 of $50.00 spent."),
        ("ask_more", {}, "mina asks for $20.00 more in #launch. $47.60 of $50.00 spent."),
        ("ask_more", {"micros": ""}, "mina asks for more in #launch. $47.60 of $50.00 spent."),
        ("raised", {}, "#launch was raised to $60.00."),
        (
            "paused",
            {},
            "dana paused ordering in #launch. What waits keeps its place and its money; what is submitted goes on.",
        ),
        (
            "paused",
            {"place": ""},
            "dana paused ordering everywhere. What waits keeps its place and its money; what is submitted goes on.",
        ),
        ("resumed", {}, "Ordering in #launch goes on; dana said so."),
        (
            "expired",
            {"held": "yes"},
            "A7K-2 was not answered in time and has ended. Nothing was charged; what was held is back.",
        ),
        ("declined", {}, "dana declined A7K-2. Nothing was charged; $0.32 is back."),
        ("declined", {"back": ""}, "dana declined A7K-2. Nothing was charged."),
        ("expired", {}, "A7K-2 was not answered in time and has ended. Nothing was charged."),
    ],
)
def test_a_line_reads(line: str, facts: dict[str, str], title: str) -> None:
    """What happened, what it costs, what to do."""
    assert worded(line, **facts).title == title


def test_a_prompt_that_was_refused_can_be_edited() -> None:
    """No job exists then, so that another order is offered."""
    edit = (Button(label="Edit and try again", action="edit:A7K-2"),)
    assert worded("refused").buttons == edit
    assert worded("failed").buttons == edit


def test_a_declined_order_says_why() -> None:
    """In the owner's own words, as a quote."""
    assert worded("declined", said="not before <Monday>").quote == "not before <Monday>"


def test_an_owner_can_read_all_of_a_long_prompt() -> None:
    """The question shows 200 characters; of the rest of a batch there is no one prompt."""
    for line in ("ask", "owner"):
        assert worded(line, prompt="a fox " * 50).buttons[-1].action == "prompt:A7K-2"
    assert not any(each.action.startswith("prompt:") for each in worded("ask", prompt="a fox " * 50, more="3").buttons)


@pytest.mark.parametrize(
    ("facts", "wallet"),
    [
        ({"before": ""}, ""),
        ({"before": "", "now": "$11.68"}, ""),
        ({"before": "$12.00"}, "The wallet held $12.00 before. "),
        ({"before": "$12.00", "now": "$11.68"}, "The wallet held $12.00 before and holds $11.68 now. "),
    ],
)
def test_an_owner_is_shown_the_wallet_and_three_answers(facts: dict[str, str], wallet: str) -> None:
    """The question carries the version that it was asked at, so that it cannot answer a later incident."""
    view = worded("unknown", **facts)
    assert view.lines == (f"{wallet}Does the provider's history show it?",)
    assert [(button.label, button.action) for button in view.buttons] == [
        ("Check again", "judge:A7K-2:check.7"),
        ("It was lost, release", "judge:A7K-2:lost.7"),
        ("It was made, charge", "judge:A7K-2:made.7"),
    ]


def test_an_owner_is_asked_once_about_an_outage() -> None:
    """Several takes stand in one question, which is answered for all of them or taken apart."""
    view = worded("unknown", takes="A7K-1, A7K-2 and B2C", count="3", price="$0.96", before="")
    assert view.title.startswith("Not sure about 3 takes: ")
    assert "$0.96 stays held" in view.title
    assert view.lines == ("A7K-1, A7K-2 and B2C", "Does the provider's history show them?")
    assert [(button.label, button.action) for button in view.buttons] == [
        ("Check again", "judge:A7K-2:check.7"),
        ("They were lost, release", "judge:A7K-2:lost.7"),
        ("They were made, charge", "judge:A7K-2:made.7"),
        ("One by one", "judge:A7K-2:each.7"),
    ]


def test_an_owner_is_asked_with_the_prompt_in_quotes_and_four_answers() -> None:
    """What the person wrote stands in the quote; the answers say what they cost."""
    view = worded("ask", prompt="hero\nshot <!channel>")
    assert view.quote == "hero shot <!channel>"
    assert [(button.label, button.action) for button in view.buttons] == [
        ("Raise by $10", "raise:A7K-2:1000.1764105600000"),
        ("Raise by $25", "raise:A7K-2:2500.1764105600000"),
        ("This one only", "allow:A7K-2:1764105600000"),
        ("Decline…", "decline:A7K-2:1764105600000"),
    ]


def test_an_owner_is_asked_because_of_a_rule() -> None:
    """The rule stands below, with who has approved a final; a raise would help nothing."""
    view = worded("owner", why="orders above $5.00 in #launch need an owner's yes", approved="jo and ravi")
    assert view.lines == ("Orders above $5.00 in #launch need an owner's yes.", "Approved by jo and ravi.")
    assert [(button.label, button.action) for button in view.buttons] == [
        ("Allow", "allow:A7K-2:1764105600000"),
        ("Decline…", "decline:A7K-2:1764105600000"),
    ]
    assert worded("owner", asked="0").buttons[0].action == "allow:A7K-2:0"


def test_a_wish_for_more_is_answered_with_one_press() -> None:
    """The amount that was asked for first, and none twice; a press is of this version of the cap."""
    assert [(button.label, button.action) for button in worded("ask_more").buttons] == [
        ("Raise by $20", "raise-cap:2000.3:channel:local:launch"),
        ("Raise by $10", "raise-cap:1000.3:channel:local:launch"),
        ("Raise by $25", "raise-cap:2500.3:channel:local:launch"),
        ("Report", "report-of:channel:local:launch"),
    ]
    labels = [button.label for button in worded("ask_more", micros="1000500000").buttons]
    assert labels == ["Raise by $1,000.50", "Raise by $10", "Raise by $25", "Report"]
    assert len(worded("ask_more", micros="25000000").buttons) == 3


@pytest.mark.parametrize("line", sorted(lines._LINES))  # noqa: SLF001 - every line is to be tried
def test_every_line_fits_and_its_buttons_can_be_pressed(line: str) -> None:
    """With the longest facts a title is cut nowhere; a question that finds nobody offers to look after the budget."""
    long = {
        "why": "why " * 100,
        "subject": "A7KX9-10F2",
        "maker": "mina " * 30,
        "place": "launch" * 30,
        "owner": "dana " * 30,
    }
    view = lines.worded(line, FACTS | long, looked_after=False)
    assert len(view.title) <= 250
    assert view.title.endswith((".", "why…"))
    actor, place = Actor(id="U1", name="mina"), Place(workspace="T1", channel="local:launch", name="launch")
    for button in view.buttons:
        assert len(button.label) <= 75
        assert parse_action(button.action, actor=actor, place=place, event="e1", now=NOW)
    offered = any(button.action == "lookafter" for button in view.buttons)
    assert offered is (line in lines.QUESTIONS or line == "welcome")


def test_the_dailies_hour_reads() -> None:
    """What is undecided with its address, what was made, what it cost and what is left; approvers are mentioned."""
    assert worded("hour", **{"link:A7K": "https://chat.example/7"}) == CardView(
        title="Dailies of #launch: 2 undecided, 1 final made, $2.03 spent since yesterday.",
        lines=(
            "A7K · 4 drafts · “a ceramic mug on {marble|oak|steel}” · https://chat.example/7",
            "B2C · “a fox in snow”",
            "Finals: D4E-F",
        ),
        footer="#launch has $36.40 of $50.00 left until 1 Dec.",
        mentions=("U1", "U2"),
    )


@pytest.mark.parametrize(
    ("facts", "title", "said"),
    [
        ({"cards": ""}, "Dailies of #launch: 1 final made, $2.03 spent since yesterday.", ("Finals: D4E-F",)),
        (
            {"cards": "", "finals": "", "spent_micros": "-320000"},
            "Dailies of #launch: $0.32 came back since yesterday.",
            (),
        ),
        (
            {"cards": "B2C", "more_cards": "4", "finals": "", "spent_micros": "0"},
            "Dailies of #launch: 5 undecided, nothing spent since yesterday.",
            ("B2C · “a fox in snow”", "and 4 more"),
        ),
        (
            {"cards": "", "finals": "D4E-F E5F-F", "more_finals": "9"},
            "Dailies of #launch: 11 finals made, $2.03 spent since yesterday.",
            ("Finals: D4E-F, E5F-F and 9 more",),
        ),
    ],
)
def test_the_dailies_hour_says_only_what_there_is(facts: dict[str, str], title: str, said: tuple[str, ...]) -> None:
    """With nothing undecided nobody is mentioned; what is not listed is counted."""
    view = worded("hour", **facts)
    assert (view.title, view.lines) == (title, said)
    assert bool(view.mentions) is bool(facts["cards"])


def test_a_prompt_in_the_dailies_hour_mentions_nobody() -> None:
    """Whatever a person wrote stands on one line and calls no one."""
    view = worded("hour", **{"words:B2C": "<!channel> @everyone\n<@U9>"})
    assert view.lines[1] == "B2C · “\u2039!channel\u203a @\u200beveryone \u2039@U9\u203a”"


def test_an_address_that_a_person_wrote_leads_nowhere() -> None:
    """It reads as it was written; one of a message, which the chat gave, is left as it is."""
    view = worded("hour", **{"words:B2C": "a fox https://a.example/x", "link:B2C": "https://chat.example/B2C"})
    assert view.lines[1] == "B2C · “a fox https:\u200b//a.example/x” · https://chat.example/B2C"


def test_an_unknown_line_is_a_defect() -> None:
    """A line that nobody words fails at once."""
    with pytest.raises(KeyError):
        worded("nonsense")
