"""What is said unasked: each line is a kind and its facts, and is worded when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.core.money import Money
from bot.core.parsing.actions import action, judge_action, raise_action
from bot.core.ports.chat import Button, CardView
from bot.core.prompts import shorten

Facts = Mapping[str, str]
RAISES = (Money.usd(10), Money.usd(25))


def worded(line: str, facts: Facts, *, looked_after: bool) -> CardView:
    """The line's words; where a question finds nobody who looks after the budget, it offers that too.

    Raises:
        KeyError: no such line; always a defect.
    """
    view = _LINES[line](facts)
    if line in QUESTIONS and not looked_after:
        return CardView(
            title=view.title,
            quote=view.quote,
            lines=view.lines,
            buttons=(*view.buttons, Button(label="I look after this budget", action=action("lookafter"))),
        )
    return view


def _applause(facts: Facts) -> CardView:
    return CardView(title=f"👍 is applause; {facts['pick']} orders the final, {facts['price']}.")


def _refused(facts: Facts) -> CardView:
    return CardView(title=f"{facts['subject']}: {facts['why']}. Nothing was charged; {facts['money']} is back.")


def _failed(facts: Facts) -> CardView:
    money = f"{facts['charged']} was charged." if facts["charged"] else f"Nothing was charged; {facts['back']} is back."
    return CardView(title=f"{facts['subject']}: {facts['why']}. {money}")


def _failed_charged(facts: Facts) -> CardView:
    return CardView(
        title=f"{facts['subject']} ended without a clip and is booked with {facts['charged']}: the provider did not "
        f"say that it gave the money back ({facts['why']}). Compare it with the provider's statement."
    )


def _unknown(facts: Facts) -> CardView:
    before = f" The wallet held {facts['before']} before." if facts["before"] else ""
    ver = int(facts["ver"])
    return CardView(
        title=f"Not sure about {facts['subject']}: {facts['why']}. {facts['price']} stays held and nothing is ordered "
        f"again until it is known.{before} Does the provider's history show it?",
        buttons=(
            Button(label="Check again", action=judge_action(facts["subject"], "check", ver)),
            Button(label="It was lost, release", action=judge_action(facts["subject"], "lost", ver)),
            Button(label="It was made, charge", action=judge_action(facts["subject"], "made", ver)),
        ),
    )


def _late_evidence(facts: Facts) -> CardView:
    return CardView(
        title=f"{facts['subject']} was made after all: {facts['price']} is booked, and its clip is being fetched."
    )


def _overrun(facts: Facts) -> CardView:
    return CardView(
        title=f"{facts['subject']} cost {facts['charged']} where {facts['price']} was held. It is booked in full, and "
        "ordering is stopped here until you let it go on.",
        buttons=(Button(label="Go on", action=action("go-on", facts["subject"])),),
    )


def _credit(facts: Facts) -> CardView:
    return CardView(
        title=f"Waiting for provider credit: {facts['waiting']} take(s) start by themselves when there is some. "
        "Top up the provider's wallet."
    )


def _key_refused(facts: Facts) -> CardView:
    return CardView(
        title=f"The provider does not accept our key ({facts['why']}). What waits keeps its place; the operator checks "
        "MUAPI_API_KEY and MUAPI_BASE_URL."
    )


def _model_not_served(facts: Facts) -> CardView:
    return CardView(title=f"The provider does not serve the model {facts['model']} for our key.")


def _not_archived(facts: Facts) -> CardView:
    return CardView(
        title=f"{facts['subject']} is paid ({facts['charged']}) and not archived yet, and its address ends within six "
        f"hours: {facts['why']}. It is tried on."
    )


def _not_readable(facts: Facts) -> CardView:
    return CardView(title=f"The archived clip of {facts['subject']} cannot be read: {facts['why']}. It is tried on.")


def _lost(facts: Facts) -> CardView:
    return CardView(title=f"{facts['subject']} is lost: it was paid ({facts['charged']}), and {facts['why']}.")


def _undeliverable(facts: Facts) -> CardView:
    return CardView(
        title=f"{facts['subject']} could not be posted: {facts['why']}. The clip is kept; /clip rescue "
        f"{facts['subject']} posts it.",
        buttons=(Button(label="Post it", action=action("rescue", facts["subject"])),),
    )


def _ask(facts: Facts) -> CardView:
    subject = facts["subject"]
    raises = tuple(Button(label=f"Raise by {_dollars(by)}", action=raise_action(subject, by)) for by in RAISES)
    return CardView(
        title=f"{facts['maker']} asks for {facts['price']} in #{facts['place']} ({subject}). {facts['used']}",
        quote=shorten(facts["prompt"]),
        buttons=(
            *raises,
            Button(label="This one only", action=action("allow", subject)),
            Button(label="Decline…", action=action("decline", subject)),
        ),
    )


def _dollars(amount: Money) -> str:
    return str(amount).removesuffix(".00")


def _allowed(facts: Facts) -> CardView:
    raised = f"{facts['raised']}. " if facts["raised"] else ""
    return CardView(title=f"{raised}{facts['subject']} is ordered; {facts['owner']} said yes.")


def _declined(facts: Facts) -> CardView:
    return CardView(title=f"{facts['owner']} declined {facts['subject']}. Nothing was charged.")


def _expired(facts: Facts) -> CardView:
    return CardView(title=f"{facts['subject']} was not answered in time and has ended. Nothing was charged.")


_LINES: Mapping[str, Callable[[Facts], CardView]] = {
    "allowed": _allowed,
    "applause": _applause,
    "ask": _ask,
    "credit": _credit,
    "declined": _declined,
    "expired": _expired,
    "failed": _failed,
    "failed_charged": _failed_charged,
    "key_refused": _key_refused,
    "late_evidence": _late_evidence,
    "lost": _lost,
    "model_not_served": _model_not_served,
    "not_archived": _not_archived,
    "not_readable": _not_readable,
    "overrun": _overrun,
    "refused": _refused,
    "undeliverable": _undeliverable,
    "unknown": _unknown,
}
QUESTIONS = frozenset({"ask", "credit", "key_refused", "overrun", "unknown"})
