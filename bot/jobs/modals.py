"""Windows with fields, opened: what they ask now, by the rows; and who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.core.budgets import Purse, scopes_of, see_purses
from bot.core.commands import Command, OpenModal
from bot.core.kinds import Shown
from bot.core.lifecycle import Stage
from bot.core.modals import Form
from bot.core.money import ZERO
from bot.core.notices import Notice
from bot.core.parsing.actions import action
from bot.core.parsing.modals.orders import OPTIONS
from bot.core.ports import Button, Transaction
from bot.core.sentences import answers
from bot.core.sentences import modals as words
from bot.core.settings_options import settings
from bot.jobs.asking.finding import find_question
from bot.jobs.asking.owners import OWNERS_YES
from bot.jobs.budgets.caps import SCOPES
from bot.jobs.found import find_shot
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter, require_open
from bot.jobs.plans import inherited
from bot.jobs.quotes import quoted

Open = Callable[[Transaction, OpenModal], Awaitable[Notice]]


class Modals:
    """Handler of ``OpenModal``: nothing is changed by it, and whoever may not do the thing is told at once."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit
        self._open: Mapping[Form, Open] = {
            Form.BUILD: self._build,
            Form.IMAGE: self._pictured,
            Form.REF: self._pictured,
            Form.EDIT: self._edit,
            Form.BATCH: self._batch,
            Form.SETTINGS: self._settings,
            Form.BUDGET: self._budget,
            Form.ASK_MORE: self._ask_more,
            Form.DECLINE: self._decline,
        }

    async def open(self, command: OpenModal) -> Notice:
        """The window, and how to type the same."""
        return await self._kit.store.transact(lambda tx: self._open[command.form](tx, command))

    async def _build(self, tx: Transaction, command: OpenModal) -> Notice:
        return Notice(text=words.to_build(), modal=words.build(await self._draftable(tx, command)))

    async def _pictured(self, tx: Transaction, command: OpenModal) -> Notice:
        given = await self._draftable(tx, command)
        return Notice(text=words.to_picture(command.form), modal=words.pictured(command.form, given))

    async def _edit(self, tx: Transaction, command: OpenModal) -> Notice:
        found = await find_shot(tx, command.place.workspace, command.subject)
        options = inherited(
            replace(command.options, count=command.options.count if command.options.count > 1 else found.count),
            found.shot,
        )
        given = await self._draftable(tx, replace(command, prompt=found.prompt, options=options))
        kept = 0 if command.pictures else len(found.shot.pictures)
        modal = words.edit(command.subject, given, kept=kept)
        return Notice(text=words.to_edit(command.subject, found.prompt), modal=modal)

    async def _batch(self, tx: Transaction, command: OpenModal) -> Notice:
        given = await self._draftable(tx, command)
        return Notice(text=words.to_list(), modal=words.batch(given.about))

    async def _settings(self, tx: Transaction, command: OpenModal) -> Notice:
        at = await enter(self._kit, tx, command.place)
        at.require_owner(command.actor)
        return Notice(text=words.to_change_settings(), modal=words.settings(at.channel.policy, self._models))

    async def _budget(self, tx: Transaction, command: OpenModal) -> Notice:
        at = await enter(self._kit, tx, command.place)
        at.require_owner(command.actor, instead=answers.ask_instead(None))
        purse = (await self._purses(tx, at, command))[SCOPES.index(command.scope)]
        policy = purse.scope.policy
        about = answers.standing((purse, purse.left or ZERO))
        modal = words.budget(command.scope, policy, purse.zone, about)
        return Notice(text=words.to_change_budget(command.scope), modal=modal)

    async def _ask_more(self, tx: Transaction, command: OpenModal) -> Notice:
        at = await enter(self._kit, tx, command.place)
        at.require_role(command.actor, Stage.DRAFT)
        tight = answers.tightest(await self._purses(tx, at, command), ZERO)
        return Notice(text=words.to_ask_more(), modal=words.ask_more(answers.standing(tight)))

    async def _decline(self, tx: Transaction, command: OpenModal) -> Notice:
        found = await find_question(self._kit, tx, command, command.subject, *OWNERS_YES, asked_at=command.asked_at)
        found.at.require_owner(command.actor)
        asked_at = command.asked_at or 0
        about = words.to_decline(found.subject, found.first.person_name, len(found.takes), found.price)
        no = Button(label="Decline", action=action("declined", command.subject, str(asked_at)))
        return Notice(text=about, buttons=(no,), modal=words.decline(command.subject, asked_at, about), needed=True)

    async def _draftable(self, tx: Transaction, command: OpenModal) -> words.Draftable:
        """What an order begins with here: the channel's settings, and over them what was typed.

        Raises:
            Refusal: the person may not order, or nothing is ordered here now.
        """
        at = await enter(self._kit, tx, command.place)
        at.require_role(command.actor, Stage.DRAFT)
        purses = await self._purses(tx, at, command)
        require_open(self._kit, at, purses)
        options = self._options(at, command)
        return words.Draftable(
            options=options,
            models=self._models,
            about=await self._price(tx, at, options, purses),
            prompt=command.prompt,
            pictures=command.pictures,
        )

    async def _price(self, tx: Transaction, at: Here, options: Mapping[str, str], purses: tuple[Purse, ...]) -> str:
        """What a draft costs, as far as it can be ordered now, and what is left."""
        name = options["model"] if options["model"] in self._models else at.channel.policy.model
        model = await quoted(self._kit, tx, name)
        seconds = int(options["draft-seconds"])
        price = model.quote(model.draft_resolution, seconds)
        tight = answers.standing(answers.tightest(purses, ZERO))
        return words.draft_costs(price, seconds, model.draft_resolution, tight)

    def _options(self, at: Here, command: OpenModal) -> dict[str, str]:
        """Each option as it is typed."""
        policy, given = at.channel.policy, command.options
        kinds: dict[str, Shown] = {setting.name: setting.kind for setting in settings(self._models)}
        fields = {setting.name: setting.field for setting in settings(self._models)}
        found = {"count": str(given.count)}
        for name in OPTIONS:
            if name in kinds:
                typed = getattr(given, fields[name])
                value = getattr(policy, fields[name]) if typed is None else typed
                found[name] = kinds[name].show(value).removesuffix(" s")
        return found

    async def _purses(self, tx: Transaction, at: Here, command: Command) -> tuple[Purse, ...]:
        scopes = scopes_of(at.workspace, at.channel, command.actor.id, command.actor.name)
        return await see_purses(tx, scopes, self._kit.rules.zone)

    @property
    def _models(self) -> tuple[str, ...]:
        return tuple(model.name for model in self._kit.catalogue.on)
