"""The settings of a channel: their names, what each may be, and how they are applied and shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.approvals import GROUP, LABEL, OWNERS, groups_among, id_of
from bot.core.errors import Refusal
from bot.core.kinds import Amount, AmountOrOff, Choice, Shown, Switch, TimeOfDay, Whole, one_of, read_as
from bot.core.policy import MATCH, NEW, ChannelPolicy

RATIOS = ("16:9", "9:16", "1:1", "3:4", "4:3", "21:9")
#: A clip's length in seconds.
SECONDS = Whole(4, 15, "s")
RATIO = Choice(RATIOS, colons="x×/")
BITRATE = Choice(("normal", "high"))
LOOK = Choice((NEW, MATCH))
AUDIO = Switch()
#: The models that are on unless the catalogue says otherwise.
MODELS = ("mini",)
MOST_GRACE_S = 120
MOST_QUORUM = 20
#: The most people and groups that one setting names.
MOST_PEOPLE = 50
#: Of people: nobody is left out.
EVERYONE = "everyone"
#: What puts a setting back to what it was in the first minute.
DEFAULT = "default"

_PERSON = re.compile(r"<@!?(?P<mention>[A-Za-z0-9]+)(?:\|[^>]*)?>|@?(?P<name>[^\s@<>,|&]{1,80})")
#: A group as Slack and Discord send it, as it is shown and kept here, and a group's bare id of Slack.
_GROUP = re.compile(
    r"<!subteam\^(?P<subteam>[A-Za-z0-9]{1,80})(?:\|@?(?P<handle>[^>]*))?>|<@&(?P<role>[0-9]{1,80})>"
    r"|&(?:amp;)?(?P<id>[A-Za-z0-9]{1,80})(?:\|(?P<label>[^\s@<>,|&]{1,80}))?|(?P<bare>S(?=[A-Z]*[0-9])[A-Z0-9]{7,20})"
)
_NO_LABEL = re.compile(r"[\s@<>,|&]")


@dataclass(frozen=True, slots=True)
class People:
    """Named people and groups of people; or everyone, or the owners."""

    everyone: str
    values: tuple[str, ...] = (EVERYONE, OWNERS)

    @property
    def allowed(self) -> str:
        """``everyone, owners, or people and groups: @jo @designers``."""
        return f"{EVERYONE}, {OWNERS}, or up to {MOST_PEOPLE} people and groups like @jo @designers"

    def read(self, text: str) -> tuple[str, ...]:
        """Nobody named is everyone; the last one removed leaves it to the owners."""
        words = [word for word in re.split(r"[\s,]+", text) if word and word.lower() != "and"]
        if [word.lower() for word in words] == ["all"] or EVERYONE in (
            word.lower().removeprefix("@") for word in words
        ):
            return ()
        if [word.lower() for word in words] in ([OWNERS], ["none"], ["nobody"]):
            return (OWNERS,)
        people = tuple({id_of(each): each for each in map(self._named, words)}.values())
        if not 0 < len(people) <= MOST_PEOPLE:
            raise ValueError(text)
        return people

    def show(self, value: tuple[str, ...]) -> str:
        """Who it is, in words."""
        return ", ".join(map(self._shown, value)) if value else self.everyone

    @staticmethod
    def _shown(named: str) -> str:
        """A group by the name that it was given by, for a mention would call all of it."""
        named, _, label = named.partition(LABEL)
        return f"@{label} ({named})" if label else named

    @staticmethod
    def _named(word: str) -> str:
        if group := _GROUP.fullmatch(word):
            label = _NO_LABEL.sub("", group["handle"] or group["label"] or "")
            named = group["subteam"] or group["role"] or group["id"] or group["bare"]
            return f"{GROUP}{named}{LABEL if label else ''}{label}"
        found = _PERSON.fullmatch(word)
        if found is None:
            raise ValueError(word)
        return found["mention"] or found["name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its name, the field of ``ChannelPolicy`` that keeps it, and what it may be."""

    name: str
    field: str
    kind: Shown
    aliases: tuple[str, ...] = ()


def settings(models: tuple[str, ...] = MODELS) -> tuple[Setting, ...]:
    """Every setting, in the order in which they are shown; ``models`` are the names of those that are on."""
    return (
        Setting(name="ratio", field="ratio", kind=RATIO, aliases=("ar",)),
        Setting(name="seconds", field="seconds", kind=SECONDS, aliases=("s", "duration", "length", "final-seconds")),
        Setting(name="draft-seconds", field="draft_seconds", kind=SECONDS),
        Setting(name="model", field="model", kind=Choice(models)),
        Setting(name="audio", field="audio", kind=AUDIO, aliases=("sound",)),
        Setting(name="bitrate", field="bitrate", kind=BITRATE),
        Setting(name="look", field="look", kind=LOOK),
        Setting(name="grace", field="grace_s", kind=Whole(0, MOST_GRACE_S, "s")),
        Setting(name="quorum", field="quorum", kind=Whole(1, MOST_QUORUM)),
        Setting(name="approvers", field="approvers", kind=People("everyone who may make clips")),
        Setting(name="makers", field="makers", kind=People("every member who is no guest")),
        Setting(name="confirm-above", field="confirm_above", kind=Amount(), aliases=("confirm",)),
        Setting(name="owner-above", field="owner_above", kind=AmountOrOff(), aliases=("owner",)),
        Setting(name="hour", field="hour_min", kind=TimeOfDay(), aliases=("dailies-hour",)),
    )


#: From every name and alias to the setting's own name.
NAMES: Mapping[str, str] = {name: setting.name for setting in settings() for name in (setting.name, *setting.aliases)}


def apply(
    policy: ChannelPolicy,
    changes: Iterable[tuple[str, str]],
    *,
    models: tuple[str, ...] = MODELS,
    first: ChannelPolicy | None = None,
) -> ChannelPolicy:
    """The policy with the changes, each a setting's name and its value as typed; all of them or none.

    ``first`` is what a new channel begins with, and what ``default`` goes back to.

    Raises:
        Refusal: names the setting, what was given and what is allowed.
    """
    table = {setting.name: setting for setting in settings(models)}
    changed: dict[str, Any] = {}
    for name, text in changes:
        if name not in NAMES:
            sentence = f"{name} is not a setting; there are {one_of(tuple(table))}."
            raise Refusal(sentence, allowed=tuple(table))
        setting = table[NAMES[name]]
        default = getattr(first or ChannelPolicy(), setting.field)
        reset = text.strip().lower() == DEFAULT
        changed[setting.field] = default if reset else read_as(setting.kind, setting.name, text)
    return _possible(replace(policy, **changed))


def describe(policy: ChannelPolicy, *, models: tuple[str, ...] = MODELS) -> list[str]:
    """A line for each setting: its name, what it is, and what it may be."""
    return [f"{_as_set(setting, policy)} ({setting.kind.allowed})" for setting in settings(models)]


def in_one_line(policy: ChannelPolicy) -> str:
    """Every setting as it is, between dots."""
    return " · ".join(_as_set(setting, policy) for setting in settings())


def describe_changed(policy: ChannelPolicy, names: Iterable[str]) -> list[str]:
    """A line for each of these settings, by whatever name: what it is now."""
    changed = {NAMES[name] for name in names}
    return [_as_set(setting, policy) for setting in settings() if setting.name in changed]


def _as_set(setting: Setting, policy: ChannelPolicy) -> str:
    return f"{setting.name}: {setting.kind.show(getattr(policy, setting.field))}"


def _possible(policy: ChannelPolicy) -> ChannelPolicy:
    """Refuse a quorum that the named approvers can never reach; how many are in a group is not known here."""
    named = policy.approvers if OWNERS not in policy.approvers else ()
    if named and not groups_among(named) and policy.quorum > len(named):
        people = "is 1 approver" if len(named) == 1 else f"are {len(named)} approvers"
        sentence = f"quorum {policy.quorum} cannot be reached: there {people} ({', '.join(named)})."
        raise Refusal(sentence)
    return policy
