"""A month of a team: what it orders, what the owner answers, and every cent of it against what the provider charged."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.commands import Actor, Place
from bot.core.errors import OrderRefused, RefusedFor
from bot.core.fakes import FakeClock
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.ports import Charge, Job, JobStatus, Order
from bot.core.rows import Alert, Budget, Take
from bot.jobs.hours import Hours
from tests.jobs.acts import fills_in, presses, sets, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, RAVI, TEAM, Office, make_office

LEE = Actor(id="lee", name="lee")
PEOPLE = {each.id: each for each in (MINA, JO, RAVI, LEE, DANA, GUEST)}
PLACES: dict[str, Place] = {"launch": LAUNCH, "team": TEAM}
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = {"launch": BERLIN, "team": ZoneInfo("UTC")}
RATES = {"480p": Money.usd("0.08"), "720p": Money.usd("0.15")}
#: What the provider charges less than its table, one job after the other.
DISCOUNTS = tuple(Money.usd(cents) for cents in ("0", "0.02", "0", "0.05", "0.01"))
OVERRUN = Money.usd("0.55")
#: Day of the month (31 is 1 December), where, who, what is typed or done, and what becomes of it when it does not fit.
STORY: tuple[tuple[int, str, str, str, str], ...] = (
    (3, "launch", "mina", "a harbour at dawn", ""),
    (3, "launch", "jo", "final: a harbour at dawn", ""),
    (3, "team", "ravi", "a kite --count 3", ""),
    (4, "launch", "jo", "a mug on {oak|steel|marble}", ""),
    (4, "launch", "mina", "final: a mug on steel", ""),
    (4, "launch", "zed", "a guest's dream", ""),
    (5, "team", "lee", "a train in rain", ""),
    (5, "team", "lee", "again: a train in rain", ""),
    (6, "team", "jo", "remix: a train in rain > a train in snow", ""),
    (6, "launch", "lee", "forbidden hero", ""),
    (9, "launch", "mina", "a fox in fog --count 10", ""),
    (9, "launch", "jo", "final: a fox in fog", ""),
    (10, "launch", "jo", "a crane at noon --count 10", ""),
    (10, "launch", "lee", "a crane at dusk --count 10", ""),
    (10, "launch", "ravi", "a bridge at night --count 5", ""),
    (11, "launch", "ravi", "final: a bridge at night", "Allow"),
    (11, "launch", "lee", "a tram --count 4", ""),
    (12, "launch", "mina", "a cat on a wall", "Allow"),
    (12, "launch", "mina", "a cat on a roof --count 3", "Decline"),
    (12, "launch", "jo", "a big parade --count 8", "Raise by $10"),
    (13, "launch", "ravi", "queued: a boat in the queue", ""),
    (13, "team", "dana", "pause", ""),
    (13, "launch", "lee", "a lamp", ""),
    (16, "team", "dana", "resume", ""),
    (16, "launch", "lee", "a second lamp", ""),
    (17, "team", "ravi", "broken wheel", ""),
    (18, "team", "mina", "overrun of a tower", ""),
    (18, "team", "jo", "after the tower", ""),
    (19, "team", "dana", "cap team 6", ""),
    (19, "team", "ravi", "batch", ""),
    (20, "team", "dana", "cap team 7", ""),
    (20, "team", "jo", "a slow river --count 4", "Fewer"),
    (20, "team", "lee", "a long wait --count 9", "Silence"),
    (23, "team", "mina", "one glass --count 6", "This one only"),
    (24, "team", "dana", "cap team 30", ""),
    (24, "team", "mina", "final: one glass", ""),
    (25, "launch", "mina", "a parade in rain --count 2", ""),
    (30, "launch", "jo", "the last of november", ""),
    (31, "team", "jo", "the first of december", ""),
    (33, "launch", "ravi", "a snowman --count 2", ""),
    (33, "launch", "jo", "final: a snowman", ""),
    (37, "team", "lee", "a sledge", ""),
)
LAST_DAY = 38


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One job that the provider was paid for."""

    job: str
    prompt: str
    stage: Stage
    amount: Money
    ordered_at: int
    done_at: int


@dataclass(slots=True, kw_only=True)
class Till:
    """The provider's own books, which know of nothing in the office but the orders that came."""

    office: Office
    ordered_at: dict[str, int] = field(default_factory=dict)
    paid: dict[str, Paid] = field(default_factory=dict)

    def submit(self, order: Order) -> Any:
        if "forbidden" in str(order.payload["prompt"]):
            said = "a protected character"
            raise OrderRefused(said, reason=RefusedFor.POLICY)
        self.ordered_at[f"job-{len(self.office.provider.orders) + 1}"] = self.office.clock.now()
        return self.office.provider._accept(order)  # noqa: SLF001

    def poll(self, job: str) -> JobStatus:
        payload = self.office.provider.orders[job].payload
        prompt = str(payload["prompt"])
        resolution = "480p" if "480" in str(payload) else "720p"
        if "broken" in prompt:
            return JobStatus(job=Job.FAILED, said="failed", charge=Charge(amount=ZERO, refunded=True))
        seconds = int(str(payload["duration"]))
        number = len(self.paid)
        amount = OVERRUN if "overrun" in prompt else RATES[resolution] * seconds - DISCOUNTS[number % len(DISCOUNTS)]
        self.paid[job] = Paid(
            job=job,
            prompt=prompt,
            stage=Stage.DRAFT if resolution == "480p" else Stage.FINAL,
            amount=amount,
            ordered_at=self.ordered_at[job],
            done_at=self.office.clock.now(),
        )
        return JobStatus(
            job=Job.DONE, said="completed", output_url=f"https://files.invalid/{job}.mp4", charge=Charge(amount=amount)
        )


def moment(day: int, hour: float) -> int:
    """UTC milliseconds of an hour of a day, counted from the first of November."""
    return round((datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)).timestamp() * 1000)


async def until(office: Office, day: int, hour: float) -> None:
    await office.work(max(0.0, (moment(day, hour) - office.clock.now()) / 1000))


@dataclass(slots=True, kw_only=True)
class Month:
    """The story as it is played, and what the test itself notes of it."""

    office: Office
    till: Till
    #: Who asked for a prompt first, and where; a final and another roll are the same person's.
    maker: dict[str, tuple[str, str]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    #: When the money of a prompt was held, where that was long before the order.
    held_at: dict[str, int] = field(default_factory=dict)
    guest_was_told: bool = False
    #: Channels and days of each dailies hour, and its title.
    hours: list[tuple[str, int, str]] = field(default_factory=list)
    #: The scopes and periods that have been above their cap.
    above: set[tuple[str, int]] = field(default_factory=set)

    async def act(self, where: str, who: str, line: str, answer: str) -> None:
        """One line of the story, and everything that comes of it within minutes."""
        place, person = PLACES[where], PEOPLE[who]
        verb, _, rest = line.partition(": ")
        match verb, line.split():
            case _, ["cap", name, amount]:
                await types(self.office, f"/dailies budget set {amount}", DANA, PLACES[name])
            case "pause" | "resume", _:
                await types(self.office, f"/dailies {line} --everywhere", DANA, place)
            case "final", _:
                draft = await self._draft(rest)
                await votes(self.office, draft.id, person, place=place)
            case "again", _:
                await types(self.office, f"/clip again {(await self._draft(rest)).id}", person, place)
            case "remix", _:
                old, _, new = rest.partition(" > ")
                self.maker[new] = (who, where)
                await types(self.office, f"/clip remix {(await self._draft(old)).id} {new}", person, place)
            case "queued", _:
                self.held_at[rest] = self.office.clock.now()
                await self._order(where, who, rest, answer)
                return
            case "batch", _:
                await self._batch(person, place)
            case _:
                await self._order(where, who, line, answer)
        await self._settle(answer)

    async def _draft(self, prompt: str) -> Take:
        jobs = {job for job, paid in self.till.paid.items() if paid.prompt == prompt and paid.stage is Stage.DRAFT}
        return next(take for take in await self.office.rows(Take, order=("id",)) if take.job in jobs)

    async def _order(self, where: str, who: str, line: str, answer: str) -> None:
        place, person = PLACES[where], PEOPLE[who]
        prompt = line.partition(" --")[0]
        head, _, tail = prompt.partition("{")
        words = tail.partition("}")[0].split("|") if tail else [""]
        self.maker |= {head + word: (who, where) for word in words}
        notice = await types(self.office, f"/clip {line}", person, place)
        self.guest_was_told |= person.guest and "Guests" in notice.text
        if answer == "Fewer":
            await presses(
                self.office,
                next(each.label for each in notice.buttons if "instead" in each.label),
                notice,
                person,
                place,
            )
        elif any(each.label == "Ask for more" for each in notice.buttons):
            await presses(self.office, "Ask for more", notice, person, place)

    async def _batch(self, person: Actor, place: Place) -> None:
        lines = [f"shot {number} | a plate {number}" for number in range(1, 13)]
        self.maker |= {f"a plate {number}": (person.id, "team") for number in range(1, 13)}
        notice = await types(self.office, "\n".join(["/clip batch:", *lines]), person, place)
        await presses(self.office, "Order", notice, person, place)
        await self.office.work(1200)

    async def _settle(self, answer: str) -> None:
        await self.office.work(60)
        if answer in {"Allow", "Decline", "Raise by $10", "This one only"}:
            asked = [sent for sent in self.office.chat.sent if sent.to == "dana" and "asks for" in sent.view.title][-1]
            first = await presses(self.office, answer, asked, DANA)
            if answer == "Decline":
                first = await fills_in(self.office, first, DANA, why="not this month")
            again = await presses(self.office, answer, asked, DANA)
            assert "no longer waits for an answer" in again.text, (answer, first.text, again.text)
            self.answers.append(answer)
        await self._look()
        await self.office.work(1200)
        await self._look()
        for budget in await self.office.rows(Budget):
            if budget.stopped_by and budget.scope.startswith("channel"):
                asked = next(
                    sent for sent in self.office.chat.sent if sent.to == "dana" and "booked" in sent.view.title
                )
                await presses(self.office, "Go on", asked, DANA)
                self.answers.append("Go on")

    async def _look(self) -> None:
        for budget in await self.office.rows(Budget):
            if budget.cap is not None and budget.used > budget.cap:
                self.above.add((budget.scope, budget.period_start))

    async def play(self) -> None:
        """Every day of the story, and at five the dailies hour."""
        hours = Hours(self.office.kit)
        for day in range(3, LAST_DAY + 1):
            await until(self.office, day, 9)
            for _, where, who, line, answer in (each for each in STORY if each[0] == day):
                await self.act(where, who, line, answer)
            for hour in (16.1, 17.1):
                await until(self.office, day, hour)
                known = len(self.office.chat.sent)
                await hours.once()
                await hours.once()
                await self.office.work(60)
                for sent in self.office.chat.sent[known:]:
                    assert sent.view.title.startswith("Dailies of")
                    self.hours.append((sent.message.channel.partition(":")[2], day, sent.view.title))


async def opened(folder: Path) -> Month:
    """The last day of October: what dana sets counts from the next reset, the first of November."""
    office = make_office(folder, clock=FakeClock(moment(0, 9)))
    await sets(office, "budget set 14 --period week --zone Europe/Berlin --drafts-only on")
    await sets(office, "settings hour 17:00")
    await types(office, "/dailies budget set 30 --zone UTC", DANA, TEAM)
    await types(office, "/dailies settings hour 17:00", DANA, TEAM)
    await sets(office, "budget set 60 --scope workspace")
    await sets(office, "budget set 25 --scope person")
    till = Till(office=office)
    office.provider.script.always("submit", till.submit)
    office.provider.script.always("poll", till.poll)
    return Month(office=office, till=till)


def zoned(at: int, where: str) -> date:
    return datetime.fromtimestamp(at / 1000, ZONES.get(where, UTC)).date()


def begin_of_period(at: int, where: str) -> date:
    """Of launch the Monday in Berlin, of everything else the first of the month in UTC."""
    day = zoned(at, where)
    return day - timedelta(days=day.weekday()) if where == "launch" else day.replace(day=1)


def total(paid: Iterable[Paid]) -> Money:
    return Money(sum(each.amount.micros for each in paid))


async def table_of(office: Office, line: str, place: Place) -> dict[str, str]:
    """What a report says is spent, by its first column; without the days on which money was only held."""
    notice = await types(office, f"/dailies spend report {line}", DANA, place)
    rows = [line.split() for line in notice.table.splitlines()[1:]]
    return {row[0]: row[2] for row in rows if Money.usd(row[2].lstrip("$"))}


async def require_reports(month: Month, where: str, paid: list[Paid]) -> None:
    """Each part of the report, and the lines of the export, are the provider's charges."""
    wide = "" if where in PLACES else " --scope workspace"
    place = PLACES.get(where, LAUNCH)
    parts: dict[str, Callable[[Paid], str]] = {
        "day": lambda each: str(zoned(each.done_at, where)),
        "person": lambda each: month.maker[each.prompt][0],
        "stage": lambda each: each.stage.value,
        "model": lambda _: "mini",
    }
    for part, key in parts.items():
        sums: defaultdict[str, list[Paid]] = defaultdict(list)
        for each in paid:
            sums[key(each)].append(each)
        said = await table_of(month.office, f"{part} all{wide}", place)
        assert said == {name: str(total(some)) for name, some in sums.items()} | {"total": str(total(paid))}
    notice = await types(month.office, f"/dailies spend export json all{wide}", DANA, place)
    assert notice.document is not None
    exported = json.loads(notice.document.path.read_text())
    jobs: defaultdict[str, Money] = defaultdict(lambda: ZERO)
    for row in exported["lines"]:
        jobs[row["provider_job"]] += Money.usd(row["spent"])
    assert {job: spent for job, spent in jobs.items() if spent} == {each.job: each.amount for each in paid}
    sums_said = exported["sums"]
    assert (sums_said["lines"], sums_said["takes"]) == (len(exported["lines"]), len(paid))
    assert (Money.usd(sums_said["spent"]), Money.usd(sums_said["held"])) == (total(paid), ZERO)
    await require_savings(month, f"all{wide}", place, paid)


async def require_savings(month: Month, line: str, place: Place, paid: list[Paid]) -> None:
    """Drafts and finals with what they cost."""
    said = (await types(month.office, f"/dailies savings {line}", DANA, place)).text
    drafts, finals = ([each for each in paid if each.stage is stage] for stage in (Stage.DRAFT, Stage.FINAL))
    some = "final" if len(finals) == 1 else "finals"
    assert f"{len(drafts)} drafts cost {total(drafts)}, {len(finals)} {some} {total(finals)}: {total(paid)}." in said


async def require_budgets(month: Month, paid: list[Paid]) -> None:
    """What is used in each scope and period is what the provider charged for what was held then; nothing is held."""
    expected: defaultdict[tuple[str, str], Money] = defaultdict(lambda: ZERO)
    for each in paid:
        person, where = month.maker[each.prompt]
        for scope, zone in ((f"channel:local:{where}", where), ("workspace:local", ""), (f"person:local/{person}", "")):
            expected[scope, str(begin_of_period(month.held_at.get(each.prompt, each.ordered_at), zone))] += each.amount
    budgets = await month.office.rows(Budget)
    assert not any(budget.held for budget in budgets)
    found = {
        (budget.scope, str(zoned(budget.period_start, budget.scope.rpartition(":")[2]))): budget.used
        for budget in budgets
        if budget.used
    }
    assert found == dict(expected)


async def test_every_cent_of_a_month(tmp_path: Path) -> None:
    """Budgets, reports, export and savings say what the provider charged; only the owner's word is above a cap."""
    month = await opened(tmp_path)
    await month.play()
    paid = list(month.till.paid.values())
    await require_budgets(month, paid)
    for where in PLACES:
        await require_reports(month, where, [each for each in paid if month.maker[each.prompt][1] == where])
    await require_reports(month, "", paid)
    await month.office.require_balanced()
    await month.office.require_told()
    assert month.above == {("channel:local:team", moment(1, 0))}
    assert Counter(month.answers) == {
        "Allow": 2,
        "Decline": 1,
        "Raise by $10": 1,
        "This one only": 1,
        "Go on": 1,
    }
    assert month.guest_was_told
    (waited,) = [each for each in paid if each.prompt in month.held_at]
    assert zoned(waited.ordered_at, "") == date(2026, 11, 16)
    require_said(month, paid)
    steps = Counter(sent.to for sent in month.office.chat.sent if " used" in sent.view.title)
    assert 0 < steps.total() <= 2 * len(await month.office.rows(Alert))


def require_said(month: Month, paid: list[Paid]) -> None:
    """No step is told twice; each day with a charge has one dailies hour that names it, and none is without news."""
    sent = month.office.chat.sent
    steps = Counter((each.to, each.view.title) for each in sent if " used" in each.view.title)
    assert set(steps.values()) == {1}
    assert len([each for each in sent if each.to == "lee" and "not answered in time" in each.view.title]) == 1
    days = Counter((where, day) for where, day, _ in month.hours)
    assert set(days.values()) == {1}
    assert not {day for _, day in days} & {13, 14, 15}, "ordering was paused"
    for where, day, title in month.hours:
        today = [
            each
            for each in paid
            if month.maker[each.prompt][1] == where and zoned(each.done_at, "") == zoned(moment(day, 0), "")
        ]
        assert (f"{total(today)} spent" if today else "nothing spent") in title
        assert today or "undecided" in title
    charged = {(month.maker[each.prompt][1], zoned(each.done_at, "")) for each in paid}
    assert charged <= {(where, zoned(moment(day, 0), "")) for where, day in days}
