"""The words of batches: the quote, the answers to it, the progress card, the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.core.budgets import Purse
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, State
from bot.core.money import ZERO, Money, total
from bot.core.parsing.actions import action
from bot.core.policy import MATCH
from bot.core.ports.chat import Button, CardView
from bot.core.rows import Asked, Batch, Take
from bot.core.sentences.answers.ordering import Quoted, Said
from bot.core.sentences.answers.purses import standing, tightest, too_little
from bot.core.sentences.numbers import count, joined
from bot.core.sentences.plain import NAME_CHARACTERS, plain, reason, sentence
from bot.core.sentences.states import DOING, doing, label, maker

#: Lines with a problem that an answer, a card or a report names; it counts the others.
LISTED = 10
#: How the takes of a batch are counted, where their state alone does not say it.
_COUNTED = {
    State.ADMITTED: "rendering",
    State.SUBMITTING: "rendering",
    State.RENDERING: "rendering",
    State.FETCHING: "coming up",
    State.DELIVERING: "coming up",
    State.DELIVERED: "done",
}
_ASKED = {
    Asked.CONFIRM: "to be confirmed",
    Asked.CAP: "beyond the cap",
    Asked.OWNER: "waiting for an owner's yes",
}
#: The order in which they are said; what is not here comes last.
_ORDER = ("done", "coming up", "rendering", "waiting")
#: Wished for by somebody: not a problem that is explained line by line.
_BY_WISH = (State.CANCELLED, State.DECLINED, State.EXPIRED)


def sheet_of(batch: str, sheet: int) -> str:
    """``sheet 2 of B4T``; nothing for what is no sheet of a batch."""
    return f"sheet {sheet} of {batch}" if batch else ""


def quote(
    batch: str, plans: Sequence[Quoted], price: Money, purses: Sequence[Purse], beyond: str, problems: Sequence[str]
) -> Said:
    """``38 drafts of 4 s at 480p: $12.16 held for 15 minutes. Finals would be …. Order them?``, and what will not."""
    number = len(plans)
    them = "it" if number == 1 else "them"
    held = f"{_drafts(plans)}: {price} held for 15 minutes. {_finals(plans)} Order {them}?"
    text = _lines(held, beyond, standing(tightest(purses, ZERO)), *_problems(problems))
    return text, (
        Button(label=joined(f"Order {number}", str(price)), action=action("confirm", batch)),
        Button(label="Never mind", action=action("dismiss", batch)),
    )


def nothing_fits(
    batch: str, plans: Sequence[Quoted], price: Money, short: Sequence[Purse], problems: list[str]
) -> Said:
    """Not even the first line fits."""
    where = "; ".join(too_little(purse, plans[0].stage) for purse in short)
    text = _lines(f"Not ordered: {_drafts(plans)} need {price}, {where}.", *_problems(problems))
    return text, (_ask(batch),)


def confirm_again(card: str, plans: Sequence[Quoted], price: Money) -> Said:
    """A sheet once more, whose drafts are not alike."""
    text = f"{_drafts(plans)}: {price} held for 15 minutes. Order them?"
    return text, (
        Button(label=f"Order · {price}", action=action("confirm", card)),
        Button(label="Never mind", action=action("dismiss", card)),
    )


def beyond_cap(numbers: Sequence[int], price: Money) -> str:
    """``Lines 31–38, $2.56, do not fit the cap; they are kept, and you can ask for more.``; nothing without any."""
    if not numbers:
        return ""
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return f"Line {first}, {price}, does not fit the cap; it is kept, and you can ask for more."
    run = last - first == len(numbers) - 1
    which = f"Lines {first}–{last}" if run else f"{len(numbers)} lines from line {first} on"
    return f"{which}, {price}, do not fit the cap; they are kept, and you can ask for more."


def no_line(problems: Sequence[str]) -> str:
    """None of the lines can be ordered."""
    return _lines("Nothing of this list can be ordered.", *_problems(problems))


def too_many_pictures(seconds: float) -> str:
    """The hosts of a list's pictures are too slow."""
    return f"Its picture was not here within {seconds:.0f} s, with all the others of the list; order the line apart."


def problem(number: int, why: str) -> str:
    """``Line 7: --ratio is 16:9 or 9:16; you asked for 5:4.``."""
    return f"Line {number}: {why}"


def ordered(batch: str, number: int, price: Money) -> str:
    """The maker's yes."""
    return f"{batch} is ordered: {count(number, 'draft')} · {price} held."


def with_beyond(said: str, batch: str, asked: Sequence[Take]) -> Said:
    """The answer to the maker's yes, and what is beyond the cap."""
    if not asked:
        return said, ()
    more = total(take.price for take in asked)
    rest = f"{count(len(asked), 'line')} more, {more}, {_is(asked)} beyond the cap and kept for 72 hours."
    return f"{said} {rest}", (_ask(batch),)


def _ask(batch: str) -> Button:
    return Button(label="Ask for more", action=action("ask", batch))


def _is(takes: Sequence[Take]) -> str:
    return "is" if len(takes) == 1 else "are"


def settled(batch: str) -> str:
    """A second answer to the quote, or one after its time."""
    return f"{batch} no longer waits for an answer."


def not_whole(batch: str) -> str:
    """The bot was stopped while it wrote the batch."""
    return f"{batch} was not written whole and is not ordered; it ends by itself. Send the list again."


def which_sheet(batch: str) -> str:
    """A vote on the progress card."""
    return f"{batch} is a batch: react under its sheets, with a number."


def _drafts(plans: Sequence[Quoted]) -> str:
    lengths, resolutions = ({plan.length for plan in plans}, {plan.resolution for plan in plans})
    what = count(len(plans), "draft")
    long = f" of {_range(lengths, ' s')}"
    return f"{what}{long} at {' and '.join(sorted(resolutions))}"


def _finals(plans: Sequence[Quoted]) -> str:
    seconds, prices = {plan.seconds for plan in plans}, {plan.final_price for plan in plans}
    one = len(plans) == 1
    cost = f"{min(prices)}" if len(prices) == 1 else f"{min(prices)} to {max(prices)}"
    each = f"{cost}{'' if one else ' each'}"
    frame = ", from its draft's frame" if {plan.look for plan in plans} == {MATCH} else ""
    return f"{'The final' if one else 'Finals'} would be {_range(seconds, ' s')} at 720p, {each}{frame}."


def _range(values: Iterable[int], unit: str) -> str:
    low, *_, high = [*sorted(values), max(values)]
    return f"{low}{unit}" if low == high else f"{low}–{high}{unit}"


def _problems(problems: Sequence[str]) -> list[str]:
    more = len(problems) - LISTED
    return [*problems[:LISTED], *([f"and {more} more lines that cannot be ordered"] if more > 0 else [])]


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def progress_title(batch: Batch, *, done: bool) -> str:
    """``🎬 B4T · batch of 38 for mina``."""
    who = plain(batch.person_name, NAME_CHARACTERS)
    return f"🎬 {joined(batch.id, f'batch of {batch.count} for {who}', 'done' if done else '')}"


def counted(takes: Iterable[Take]) -> str:
    """``12 done · 3 rendering · 22 waiting · 1 refused``."""
    words = Counter(map(_word, takes))
    last = len(_ORDER)
    told = sorted(words, key=lambda word: (_ORDER.index(word) if word in _ORDER else last, word))
    return joined(*(f"{words[word]} {word}" for word in told))


def _word(take: Take) -> str:
    if take.state is State.ASKED and take.asked is not None:
        return _ASKED[take.asked]
    return _COUNTED.get(take.state) or DOING[take.state]


def troubles(takes: Sequence[Take], now: int) -> list[str]:
    """What went wrong, line by line: the first ten."""
    said = [f"{label(take)} ({take.id}): {_trouble(take, now)}" for take in takes if is_trouble(take)]
    more = len(said) - LISTED
    return [*said[:LISTED], *([f"and {more} more"] if more > 0 else [])]


def is_trouble(take: Take) -> bool:
    """Whether something has to be said of it: it has ended without a clip that anybody wanted gone, or may have."""
    ended = take.state in ENDED_WITHOUT_CLIP and take.state not in _BY_WISH
    return ended or take.state in (State.UNKNOWN, State.UNDELIVERABLE)


def _trouble(take: Take, now: int) -> str:
    why = reason(take.problem)
    return sentence(why or doing(take, now))


def under_way(batch: Batch, takes: Sequence[Take]) -> str:
    """The batch's one line in the list of what is under way."""
    return joined(f"{batch.id} batch of {batch.count}", counted(takes), f"for {maker(takes[0])}")


def in_full(batch: Batch, takes: Sequence[Take], now: int) -> str:
    """Every line of a batch."""
    head = joined(batch.id, f"batch of {batch.count} for {plain(batch.person_name, NAME_CHARACTERS)}", counted(takes))
    lines = [joined(label(take), take.id, doing(take, now), str(take.charged or take.price)) for take in takes]
    return "\n".join([head, *lines])


def report_facts(batch: Batch, takes: Sequence[Take], now: int) -> dict[str, str]:
    """What the report is worded from, when nothing of the batch is to come by itself any more."""
    return {
        "batch": batch.id,
        "counted": counted_at_the_end(takes),
        "spent": str(total(take.charged for take in takes)),
        "troubles": "\n".join(troubles(takes, now)),
        "person": batch.person,
    }


def counted_at_the_end(takes: Sequence[Take]) -> str:
    """``36 drafts are there, 1 refused, 1 beyond the cap (kept for 72 hours)``."""
    there = [take for take in takes if take.state is State.DELIVERED]
    rest = counted(take for take in takes if take.state is not State.DELIVERED).split(" · ")
    others = ", ".join(part for part in rest if part).replace("beyond the cap", "beyond the cap (kept for 72 hours)")
    first = f"{count(len(there), 'draft')} {_is(there)} there"
    return f"{first}, {others}" if others else first


def waited_of(batch: str) -> str:
    """What was left of a batch when the rest of it was ordered."""
    return f"what waited of {batch}"


def report(facts: Mapping[str, str]) -> CardView:
    """``Batch B4T: 36 drafts are there, 1 refused. $11.52 spent.``, and what went wrong."""
    return CardView(
        title=f"Batch {facts['batch']}: {facts['counted']}. {facts['spent']} spent.",
        lines=tuple(facts["troubles"].split("\n")),
        mentions=(facts["person"],),
    )
