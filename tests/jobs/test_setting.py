"""Budget set and settings: owners only, amounts at once, periods from the next reset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import BudgetSet, Settings
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.parsing import raise_cap_action
from bot.core.policy import Ladder, Period
from bot.core.ports import Button
from bot.core.rows import Budget, Card, Channel, Workspace
from tests.jobs.acts import drafted, finals, models, presses, sets, types, votes
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, ON_BOTH_STORES, TEAM, Office

DAY_S = 24 * 3600


@ON_BOTH_STORES
async def test_an_amount_counts_at_once(office: Office) -> None:
    """The current budget and the policy have the new cap; each change is a new version."""
    await office.order()
    notice = await types(office, "/dailies budget set 20", DANA)
    assert notice.text == "#launch has $19.68 of $20.00 left until 1 Dec."
    assert ((await office.budget()).cap, (await office.budget()).cap_version) == (Money.usd(20), 2)
    assert (await office.rows(Channel))[0].policy.cap.amount == Money.usd(20)


async def test_a_cap_may_be_set_below_what_is_used(office: Office) -> None:
    """Holds stand, *left* shows $0.00 and the excess, and nothing new is accepted."""
    await office.order()
    notice = await types(office, "/dailies budget set 0.10", DANA)
    assert notice.text == (
        "#launch has $0.00 of $0.10 left until 1 Dec; $0.22 over it is used.\n"
        "The $0.32 that is held stays held. Nothing more is ordered until there is room."
    )
    await office.work()
    assert (await types(office, "/dailies budget set 0.20", DANA)).text.endswith(
        "\nNothing more is ordered until there is room."
    )
    assert "Not ordered" in (await types(office, "/clip a fox")).text


@pytest.mark.parametrize(("known", "said"), [((), False), (None, True)])
async def test_groups_whose_members_are_not_known(office: Office, known: tuple[str, ...] | None, *, said: bool) -> None:
    """Who names one where the platform does not say who is in it is told so, once."""
    dana = replace(DANA, groups=known)
    notice = await types(office, "/dailies settings makers=<!subteam^S1>", dana)
    assert notice.text.startswith("makers: &S1")
    assert ("Who is in a group is not known" in notice.text) is said
    assert "not known" not in (await types(office, "/dailies settings quorum=2", dana)).text


async def test_no_cap(office: Office) -> None:
    """``none`` takes the cap away, and the envelope with it."""
    await sets(office, "budget set 20 --envelope 5")
    assert (await types(office, "/dailies budget set none", DANA)).text == "#launch has no cap."
    cap = (await office.rows(Channel))[0].policy.cap
    assert (cap.amount, cap.envelope) == (None, Money(0))


async def test_the_envelope_is_a_part_of_the_cap(office: Office) -> None:
    """An envelope above the cap, or without one, is refused; nothing changes."""
    await sets(office, "budget set 20 --envelope 5")
    assert "is a part of the cap, which would be $4.00" in (await types(office, "/dailies budget set 4", DANA)).text
    await sets(office, "budget set none")
    notice = await types(office, "/dailies budget set --envelope 5", DANA)
    assert notice.text == "The finals envelope of $5.00 is a part of a cap, and there is none."


@ON_BOTH_STORES
async def test_the_workspaces_cap(office: Office) -> None:
    """``--scope workspace`` is for all its channels together."""
    await sets(office, "budget set 0.50 --scope workspace")
    await office.order(place=LAUNCH)
    assert "the workspace has $0.18 left" in (await types(office, "/clip a fox", place=TEAM)).text
    assert (await office.rows(Workspace))[0].policy.cap.amount == Money.usd("0.50")


@ON_BOTH_STORES
async def test_the_persons_cap_is_everybodys(office: Office) -> None:
    """``--scope person`` counts at once for everyone who has ordered, and for everyone who will."""
    for person in (MINA, JO):
        await office.order(actor=person)
    notice = await types(office, "/dailies budget set 0.50 --scope person", DANA)
    assert notice.text == "Each person may spend $0.50 here."
    for person in (MINA, JO, replace(JO, id="new", name="new")):
        text = (await types(office, "/clip a fox --count 2", person)).text
        assert f"{person.name} has" in text
    assert "of their own now" in (await types(office, "/dailies budget set none --scope person", DANA)).text
    assert "held" in (await types(office, "/clip a fox", JO)).text


async def test_a_period_begins_with_the_next_reset(office: Office) -> None:
    """What is set as a day stays a month until the month is over."""
    await office.order()
    notice = await types(office, "/dailies budget set --period day --zone Europe/Berlin", DANA)
    assert "Its period is a day in Europe/Berlin from 1 Dec on." in notice.text
    month = await office.budget()
    await office.clock.advance(40 * DAY_S)
    await office.order()
    day = await office.budget()
    assert day.period_start >= (month.period_end or 0)
    assert (day.period_end or 0) - day.period_start <= DAY_S * 1000


@ON_BOTH_STORES
async def test_one_budget_without_reset(office: Office) -> None:
    """It ends when a period is set, for it would never reset."""
    await sets(office, "budget set 5 --period none")
    await office.clock.advance(40 * DAY_S)
    await office.order()
    assert (await office.budget()).period_end is None
    notice = await types(office, "/dailies budget set --period week", DANA)
    assert "Its period is a week in UTC" in notice.text
    await office.clock.advance(1)
    assert "$4.68 of $5.00 left" in (await types(office, "/clip a fox")).text
    ends = [budget.period_end for budget in await office.rows(Budget, scope="channel:local:launch")]
    assert None not in ends


@ON_BOTH_STORES
async def test_everybodys_ladder_leaves_a_raised_cap(office: Office) -> None:
    """A person's raise holds for its period, whatever but the amount is set for everybody."""
    await sets(office, "budget set 5 --scope person")
    await office.order()
    raised = raise_cap_action(
        "person:local/mina", Money.usd(10), (await office.budget("person:local/mina")).cap_version
    )
    await presses(office, "Raise", Notice(buttons=(Button(label="Raise", action=raised),)), DANA)
    await sets(office, "budget set --scope person --warn 70")
    assert (await office.budget("person:local/mina")).cap == Money.usd(15)
    await sets(office, "budget set 5 --scope person")
    assert (await office.budget("person:local/mina")).cap == Money.usd(5)


async def test_one_budget_for_each_person_without_reset(office: Office) -> None:
    """A person's budget without periods ends too when a period is set."""
    await sets(office, "budget set 5 --scope person --period none")
    await office.clock.advance(40 * DAY_S)
    await office.order()
    assert (await office.budget("person:local/mina")).period_end is None
    await sets(office, "budget set --scope person --period week")
    await office.clock.advance(1)
    await office.order()
    assert len(await office.rows(Budget, scope="person:local/mina")) == 2


@pytest.mark.parametrize("scope", ["channel", "workspace", "person"])
async def test_the_steps_of_a_ladder_are_set_for_each_kind_of_cap(office: Office, scope: str) -> None:
    """What is given changes, the rest stays; the answer shows the whole ladder."""
    await types(office, f"/dailies budget set 20 --scope {scope}", DANA)
    notice = await types(office, f"/dailies budget set --tell off --warn 70 --drafts-only on --scope {scope}", DANA)
    who = "contact told" if scope == "channel" else "owner told"
    assert f"Steps: 70 % {who} · 70 % drafts only · 95 % owner approves each" in notice.text
    channel, workspace = (await office.rows(Channel))[0], (await office.rows(Workspace))[0]
    caps = {"channel": channel.policy.cap, "workspace": workspace.policy.cap, "person": workspace.policy.person_cap}
    assert caps[scope].ladder == Ladder(tell=None, warn=70, approve=95, drafts_only=True)
    assert "Steps" not in (await types(office, f"/dailies budget set 30 --scope {scope}", DANA)).text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--warn 40", "--warn has to be above --tell: they would be 40 % and 50 %. Set both, or one off."),
        ("--tell 90 --warn 80", "--warn has to be above --tell: they would be 80 % and 90 %. Set both, or one off."),
        ("--warn off --drafts-only on", "--drafts-only begins at --warn, which is off: set --warn too"),
    ],
)
async def test_steps_that_do_not_rise_change_nothing(office: Office, line: str, says: str) -> None:
    """The sentence names both, as they would be with what stays set."""
    assert says in (await types(office, f"/dailies budget set 20 {line}", DANA)).text
    assert [channel.policy.cap.ladder for channel in await office.rows(Channel)] == [Ladder()]
    assert await office.rows(Budget) == []


@pytest.mark.parametrize("line", ["budget set 20", "budget set 20 --scope workspace", "settings quorum=2"])
async def test_only_owners_set(office: Office, line: str) -> None:
    """Who does not pay sets nothing."""
    notice = await types(office, f"/dailies {line}", MINA)
    assert notice.text.startswith("In #launch only an owner decides that.")
    assert notice.text.endswith("/dailies budget ask 10 asks for more.") is line.startswith("budget")
    assert (await office.rows(Channel))[0].policy == office.kit.rules.channel_policy


async def test_settings_are_shown_to_everyone(office: Office) -> None:
    """Each setting with what it is and what it may be."""
    text = (await types(office, "/dailies settings")).text
    for said in ("ratio: 16:9", "grace: 15", "quorum: 1", "confirm-above: $5.00"):
        assert said in text


@ON_BOTH_STORES
async def test_settings_change_and_cards_with_them(office: Office) -> None:
    """What is named changes, the answer shows all; cards that show it are drawn anew."""
    draft = (await drafted(office))[0]
    version = (await office.rows(Card, id=draft.card))[0].version
    assert "quorum: 3" in (await types(office, "/dailies settings quorum=3 grace=60", DANA)).text
    assert (await office.rows(Card, id=draft.card))[0].version == version + 1
    await votes(office, draft.id, JO)
    assert await finals(office) == []


async def test_default_is_the_installations(office: Office) -> None:
    """``default`` puts a setting back to what the installation begins with."""
    first = replace(office.kit.rules.channel_policy, ratio="9:16")
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, channel_policy=first))
    await sets(office, "settings ratio=1:1")
    await sets(office, "settings ratio=default")
    assert (await office.rows(Channel))[0].policy.ratio == "9:16"


async def test_what_cannot_be_set(office: Office) -> None:
    """A quorum that nobody can reach, and a look that the channel's model cannot make; nothing changes."""
    assert "cannot be reached" in (await types(office, "/dailies settings approvers=@jo quorum=2", DANA)).text
    models(office, textonly=("text",))
    notice = await office.handle(Settings, DANA, changes=(("look", "match"), ("model", "textonly")))
    assert "which textonly cannot; mini can. Or say look new." in notice.text
    assert (await office.rows(Channel))[0].policy == office.kit.rules.channel_policy


@ON_BOTH_STORES
async def test_a_channels_new_name(office: Office) -> None:
    """A renamed channel keeps its budget, and is called by its new name."""
    await office.order()
    notice = await types(office, "/dailies budget", place=replace(LAUNCH, name="lift-off"))
    assert notice.text.startswith("#lift-off: $49.68 of $50.00 left")


async def test_a_set_without_anything_new(office: Office) -> None:
    """A forged change without a value leaves the cap as it is."""
    await office.handle(BudgetSet, DANA)
    assert (await office.budget()).cap == Money.usd(50)
    assert (await office.rows(Channel))[0].policy.cap.period is Period.MONTH


async def test_a_change_is_answered_by_what_was_changed(office: Office) -> None:
    """Only that, by the settings' own names; all of them are shown without a change."""
    said = (await types(office, "/dailies settings ar=9:16 quorum=2", DANA)).text
    assert said.splitlines() == ["ratio: 9:16", "quorum: 2"]
    assert "draft-seconds: 4 s (4 to 15)" in (await types(office, "/dailies settings")).text
