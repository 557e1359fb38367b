"""Windows about money and settings, with what is set now."""

from __future__ import annotations

from bot.core.approvals import OWNERS, groups_among, people_among
from bot.core.kinds import Amount, Shown
from bot.core.modals import Choice, Field, FieldKind, Form, Modal
from bot.core.money import Money
from bot.core.parsing.actions import action
from bot.core.parsing.modals.money import GROUPS, NAMED, PEOPLE
from bot.core.parsing.why import WHY_CHARACTERS
from bot.core.policy import CapPolicy, ChannelPolicy, Period
from bot.core.settings_options import EVERYONE, People, Setting
from bot.core.settings_options import settings as all_settings

#: A kind with more values is typed.
MOST_CHOICES = 25
NONE, OFF = "none", "off"
_SAVE = "Save"
_SETTINGS = {
    "ratio": "Ratio",
    "seconds": "Length of a final",
    "draft-seconds": "Length of a draft",
    "model": "Model",
    "audio": "Sound",
    "bitrate": "Bitrate",
    "look": "Look of finals",
    "grace": "Grace before a final is ordered",
    "quorum": "Approvals that a final needs",
    "approvers": "Who approves finals",
    "makers": "Who makes clips",
    "confirm-above": "Makers confirm orders above",
    "owner-above": "Owners approve orders above",
    "hour": "Dailies hour",
}
_PERIODS = {Period.DAY: "a day", Period.WEEK: "a week", Period.MONTH: "a month", Period.NONE: "no reset"}


def settings(policy: ChannelPolicy, models: tuple[str, ...]) -> Modal:
    """Every setting of a channel."""
    fields: list[Field] = []
    for setting in all_settings(models):
        now = getattr(policy, setting.field)
        fields += _people(setting, now) if isinstance(setting.kind, People) else [_setting(setting, now)]
    title = "Channel settings"
    return Modal(action=action(Form.SETTINGS.value), title=title, submit=_SAVE, fields=tuple(fields))


def _setting(setting: Setting, now: object) -> Field:
    kind: Shown = setting.kind
    label, shown = _SETTINGS[setting.name], kind.show(now)
    if not 0 < len(kind.values) <= MOST_CHOICES:
        return Field(name=setting.name, label=label, value=shown, hint=kind.allowed)
    choices = tuple(Choice(value=value, label=kind.show(kind.read(value))) for value in kind.values)
    value = next((choice.value for choice in choices if choice.label == shown), "")
    return Field(name=setting.name, label=label, kind=FieldKind.CHOICE, value=value, choices=choices)


def _people(setting: Setting, now: tuple[str, ...]) -> list[Field]:
    """Everyone, the owners, or people who are chosen in a field of their own."""
    who = EVERYONE if not now else OWNERS if OWNERS in now else NAMED
    labels = {EVERYONE: EVERYONE, OWNERS: "the owners", NAMED: "those who are named below"}
    choices = tuple(Choice(value=value, label=label) for value, label in labels.items())
    label = _SETTINGS[setting.name]
    return [
        Field(name=setting.name, label=label, kind=FieldKind.CHOICE, value=who, choices=choices),
        Field(
            name=PEOPLE.format(setting.name),
            label=f"{label}: the people",
            kind=FieldKind.PEOPLE,
            value=" ".join(people_among(now)) if who == NAMED else "",
        ),
        *_groups(setting, now if who == NAMED else ()),
    ]


def _groups(setting: Setting, now: tuple[str, ...]) -> list[Field]:
    """The groups that are named, if any are: no picker of people has them."""
    groups = " ".join(groups_among(now))
    label = f"{_SETTINGS[setting.name]}: the groups"
    return [Field(name=GROUPS.format(setting.name), label=label, value=groups)] if groups else []


def budget(scope: str, policy: CapPolicy, zone: str, about: str) -> Modal:
    """A cap; ``zone`` is the one that its dates are in now."""
    ladder, amount = policy.ladder, Amount()
    steps = {"tell": ladder.tell, "warn": ladder.warn, "approve": ladder.approve}
    labels = {
        "tell": "Tell the channel at",
        "warn": "Warn the contact at",
        "approve": "Owners approve each order from",
    }
    periods = tuple(Choice(value=period.value, label=label) for period, label in _PERIODS.items())
    switch = tuple(Choice(value=value, label=value) for value in ("on", OFF))
    return Modal(
        action=action(Form.BUDGET.value, argument=scope),
        title="Budget",
        submit=_SAVE,
        fields=(
            Field(name="amount", label="Cap", value=_amount(policy.amount), hint=f"{amount.allowed}, or {NONE}"),
            Field(name="period", label="For", kind=FieldKind.CHOICE, value=policy.period.value, choices=periods),
            Field(name="envelope", label="Of it for finals alone", value=_amount(policy.envelope or None)),
            Field(name="zone", label="Time zone", value=zone, hint="Europe/Berlin"),
            *(
                Field(name=name, label=labels[name], value=f"{step} %" if step else OFF, hint=f"80 %, or {OFF}")
                for name, step in steps.items()
            ),
            Field(
                name="drafts-only",
                label="From the warning on drafts only",
                kind=FieldKind.CHOICE,
                value="on" if ladder.drafts_only else OFF,
                choices=switch,
            ),
        ),
        about=about,
    )


def _amount(amount: Money | None) -> str:
    return NONE if amount is None else str(amount)


def ask_more(about: str) -> Modal:
    """How much more, and what for."""
    return Modal(
        action=action(Form.ASK_MORE.value),
        title="Ask for more",
        submit="Ask",
        fields=(
            Field(name="amount", label="How much more", hint="20, or nothing to leave it open"),
            Field(
                name="why",
                label="What for",
                kind=FieldKind.TEXT,
                hint="for the launch film",
                most_characters=WHY_CHARACTERS,
            ),
        ),
        about=about,
    )


def decline(subject: str, asked_at: int, about: str) -> Modal:
    """An owner's no, with the reason that its maker reads."""
    why = Field(name="why", label="Why, if you like", kind=FieldKind.TEXT, most_characters=WHY_CHARACTERS)
    return Modal(
        action=action(Form.DECLINE.value, subject, str(asked_at)),
        title=f"Decline {subject}",
        submit="Decline",
        fields=(why,),
        about=about,
    )
