"""What is said unasked: each line is a kind and its facts, and is worded when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.core.money import Money
from bot.core.parsing.actions import action, judge_action, raise_action, raise_cap_action
from bot.core.ports.chat import Button, CardView
from bot.core.prompts import shorten
from bot.core.sentences import batches, clips, guides, hour, ladder
from bot.core.sentences.ladder import RAISES
from bot.core.sentences.more import full_prompt, is_shortened
from bot.core.sentences.numbers import count, dollars, joined
from bot.core.sentences.plain import NAME_CHARACTERS, capital, plain, plain_view, reason, sentence

Facts = Mapping[str, str]


def worded(line: str, facts: Facts, *, looked_after: bool) -> CardView:
    """The line's words; where a question finds nobody who looks after the budget, it offers that too.

    Raises:
        KeyError: no such line; always a defect.
    """
    view = _LINES[line](facts)
    if line in QUESTIONS and not looked_after:
        view = replace(
            view, buttons=(*view.buttons, Button(label="I look after this budget", action=action("lookafter")))
        )
    return plain_view(view)


def _name(facts: Facts, of: str) -> str:
    return plain(facts[of], NAME_CHARACTERS)


def _applause(facts: Facts) -> CardView:
    return CardView(title=f"👍 is applause; {facts['pick']} orders the final, {facts['price']}.")


def _refused(facts: Facts) -> CardView:
    return CardView(
        title=f"{joined(facts['subject'], _because(facts))} Nothing was charged; {facts['money']} is back.",
        buttons=(_edit(facts),),
    )


def _failed(facts: Facts) -> CardView:
    money = f"{facts['charged']} was charged." if facts["charged"] else f"Nothing was charged; {facts['back']} is back."
    return CardView(title=f"{joined(facts['subject'], _because(facts))} {money}", buttons=(_edit(facts),))


def _because(facts: Facts) -> str:
    return sentence(reason(facts["why"]))


def _edit(facts: Facts) -> Button:
    """No job exists and none will, so that another order may be offered."""
    return Button(label="Edit and try again", action=action("edit", facts["subject"]))


def _failed_charged(facts: Facts) -> CardView:
    return CardView(
        title=f"{joined(facts['subject'], _because(facts))} {facts['charged']} is booked, as the provider did not say "
        "that it gave the money back. Compare it with the provider's statement."
    )


def _unknown(facts: Facts) -> CardView:
    subject, ver, number = facts["subject"], int(facts["ver"]), int(facts.get("count", "1"))
    several = number > 1
    what, it = (f"{number} takes", "them") if several else (subject, "it")
    was = "They were" if several else "It was"
    answered = [("Check again", "check"), (f"{was} lost, release", "lost"), (f"{was} made, charge", "made")]
    answered += [("One by one", "each")] if several else []
    return CardView(
        title=f"Not sure about {what}: {reason(facts['why'])}. {facts['price']} stays held and nothing is ordered "
        "again until it is known.",
        lines=(facts["takes"] if several else "", f"{_wallet(facts)}Does the provider's history show {it}?"),
        buttons=tuple(Button(label=label, action=judge_action(subject, verdict, ver)) for label, verdict in answered),
    )


def _wallet(facts: Facts) -> str:
    """The balance before and now, as far as they are known: their difference is what the owner judges by."""
    before, now = facts.get("before", ""), facts.get("now", "")
    if before and now:
        return f"The wallet held {before} before and holds {now} now. "
    return f"The wallet held {before} before. " if before else ""


def _late_evidence(facts: Facts) -> CardView:
    rivals = facts.get("cancelled", "")
    instead = f" {rivals} was not ordered yet and is cancelled." if rivals else ""
    return CardView(title=f"{facts['subject']} was made after all: {facts['price']} is booked for it.{instead}")


def _overrun(facts: Facts) -> CardView:
    return CardView(
        title=f"{facts['subject']} cost {facts['charged']} where {facts['price']} was held. All of it is booked, and "
        "nothing more is ordered in any channel until an owner lets it go on.",
        buttons=(Button(label="Go on", action=action("go-on", facts["subject"])),),
    )


def _credit(facts: Facts) -> CardView:
    waiting = int(facts["waiting"])
    start = "starts by itself" if waiting == 1 else "start by themselves"
    return CardView(
        title=f"Waiting for provider credit: {count(waiting, 'take')} {start} when there is some. Top up the "
        "provider's wallet."
    )


def _key_refused(facts: Facts) -> CardView:
    return CardView(
        title=f"The provider does not accept our key: {reason(facts['why'])}. What waits keeps its place; the operator "
        "checks MUAPI_API_KEY and MUAPI_BASE_URL."
    )


def _model_not_served(facts: Facts) -> CardView:
    return CardView(
        title=f"The provider does not serve the model {facts['model']} for our key; orders of it are refused. The "
        "operator asks the provider or turns the model off."
    )


def _ask(facts: Facts) -> CardView:
    subject = facts["subject"]
    more = facts.get("more", "")
    what, which = (f" for {more} more of batch {subject}", "") if more else (_number(facts), f", {subject}")
    return CardView(
        title=f"{_name(facts, 'maker')} asks for {facts['price']}{what} in #{_name(facts, 'place')}{which}. "
        f"{facts['used']}",
        quote=shorten(facts["prompt"]),
        lines=(_approved(facts),),
        buttons=(*owners_answers(subject, _asked_at(facts)), *(() if more else _whole_prompt(facts))),
    )


def _whole_prompt(facts: Facts) -> tuple[Button, ...]:
    """An owner who is asked about a long prompt can read all of it."""
    return (full_prompt(facts["subject"]),) if is_shortened(facts["prompt"]) else ()


def _number(facts: Facts) -> str:
    """`` for 3 drafts``; nothing for one take, nor in a question of before the number was noted."""
    number = int(facts.get("number", "1"))
    return "" if number == 1 else f" for {count(number, facts['stage'])}"


def owners_answers(subject: str, asked_at: int) -> tuple[Button, ...]:
    """What an owner may answer where the budget is short; the question was put at ``asked_at``, UTC milliseconds."""
    raises = [Button(label=f"Raise by {dollars(by)}", action=raise_action(subject, by, asked_at)) for by in RAISES]
    return (*raises, *_allow(subject, "This one only", asked_at))


def _allow(subject: str, label: str, asked_at: int) -> tuple[Button, ...]:
    return (
        Button(label=label, action=action("allow", subject, str(asked_at))),
        Button(label="Decline…", action=action("decline", subject, str(asked_at))),
    )


def _asked_at(facts: Facts) -> int:
    """A question of before its buttons said when it was put cannot be answered by them."""
    return int(facts.get("asked", "0"))


def _approved(facts: Facts) -> str:
    """Who has approved a final."""
    by = plain(facts.get("approved", ""), NAME_CHARACTERS)
    return f"Approved by {by}." if by else ""


def _owner(facts: Facts) -> CardView:
    subject = facts["subject"]
    return CardView(
        title=f"{_name(facts, 'maker')} asks for {facts['price']}{_number(facts)} in #{_name(facts, 'place')}, "
        f"{subject}. {facts['used']}",
        quote=shorten(facts["prompt"]),
        lines=(sentence(facts["why"]), _approved(facts)),
        buttons=(*_allow(subject, "Allow", _asked_at(facts)), *_whole_prompt(facts)),
    )


def _ask_more(facts: Facts) -> CardView:
    amount = [Money(int(facts["micros"]))] if facts["micros"] else []
    scope, version = facts["scope"], int(facts["version"])
    raises = tuple(
        Button(label=f"Raise by {dollars(by)}", action=raise_cap_action(scope, by, version))
        for by in dict.fromkeys((*amount, *RAISES))
    )
    what = f"{amount[0]} more" if amount else "more"
    return CardView(
        title=f"{_name(facts, 'maker')} asks for {what} in #{_name(facts, 'place')}. {facts['used']}",
        quote=shorten(facts["why"]),
        buttons=(*raises, Button(label="Report", action=action("report-of", argument=facts["report"]))),
    )


def _raised(facts: Facts) -> CardView:
    return CardView(title=f"{capital(facts['raised'])}.")


def _paused(facts: Facts) -> CardView:
    return CardView(
        title=f"{_name(facts, 'owner')} paused ordering {_where(facts)}. What waits keeps its place and its money; "
        "what is submitted goes on.",
        quote=shorten(facts["why"]),
    )


def _resumed(facts: Facts) -> CardView:
    return CardView(title=f"Ordering {_where(facts)} goes on; {_name(facts, 'owner')} said so.")


def _where(facts: Facts) -> str:
    return f"in #{_name(facts, 'place')}" if facts["place"] else "everywhere"


def _allowed(facts: Facts) -> CardView:
    raised = f"{capital(facts['raised'])}. " if facts["raised"] else ""
    return CardView(title=f"{raised}{capital(facts['subject'])} is ordered; {_name(facts, 'owner')} said yes.")


def _declined(facts: Facts) -> CardView:
    return CardView(
        title=f"{_name(facts, 'owner')} declined {facts['subject']}. {_not_charged(facts.get('back', ''))}",
        quote=shorten(facts.get("said", "")),
    )


def _expired(facts: Facts) -> CardView:
    return CardView(title=f"{capital(facts['subject'])} was not answered in time and has ended. {_back(facts)}")


def _not_charged(back: str) -> str:
    return f"Nothing was charged; {back} is back." if back else "Nothing was charged."


def _back(facts: Facts) -> str:
    """Takes of a slate end one by one, so that what all of it held is not said."""
    return "Nothing was charged; what was held is back." if facts.get("held") else "Nothing was charged."


_LINES: Mapping[str, Callable[[Facts], CardView]] = {
    "allowed": _allowed,
    "applause": _applause,
    "archive_refuses": clips.archive_refuses,
    "ask": _ask,
    "batch": batches.report,
    "ask_more": _ask_more,
    "credit": _credit,
    "declined": _declined,
    "expired": _expired,
    "failed": _failed,
    "failed_charged": _failed_charged,
    "hour": hour.summary,
    "key_refused": _key_refused,
    "ladder": ladder.to_channel,
    "ladder_contact": ladder.to_contact,
    "late_evidence": _late_evidence,
    "lost": clips.lost,
    "model_not_served": _model_not_served,
    "not_archived": clips.not_archived,
    "not_readable": clips.not_readable,
    "overrun": _overrun,
    "owner": _owner,
    "paused": _paused,
    "raised": _raised,
    "refused": _refused,
    "resumed": _resumed,
    "undeliverable": clips.undeliverable,
    "unknown": _unknown,
    "welcome": guides.to_channel,
}
#: What wants somebody who looks after the budget.
QUESTIONS = frozenset({"ask", "ask_more", "credit", "key_refused", "ladder", "overrun", "owner", "unknown"})
