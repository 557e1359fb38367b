"""Windows that were filled in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Any

import discord

from adapters.discord import fields
from adapters.discord.buttons import Interaction
from adapters.discord.desk import Desk
from adapters.discord.ids import PLATFORM
from adapters.discord.windows import Window, button_of, form_of
from bot.core.errors import ChatBusy, PictureRefused, Refusal
from bot.core.modals import Form, ModalRefused
from bot.core.notices import Notice
from bot.core.parsing.modals import parse_modal
from bot.core.sentences import answers
from bot.core.sentences import windows as words

#: The field of pictures; any other with files has a text.
PICTURES = "pictures"
#: Forms of which a card may come; of the others every page is carried out by itself.
ORDERS = frozenset(form.value for form in (Form.BUILD, Form.IMAGE, Form.REF, Form.EDIT))
#: Forms that are carried out page by page.
PAGED = frozenset(form.value for form in (Form.SETTINGS, Form.BUDGET))


def install(client: discord.Client, desk: Desk) -> None:
    """Have every window that is sent off from now on carried out and answered, also those of earlier processes."""
    submissions = Submissions(desk)

    async def on_interaction(interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await submissions.submitted(interaction)

    client.event(on_interaction)


class Submissions:
    """Handler of what comes back."""

    def __init__(self, desk: Desk) -> None:
        """``desk`` is every handler's; its answers open the windows."""
        self._desk = desk
        self._windows = desk.answering.windows

    async def submitted(self, interaction: Interaction) -> None:
        """Carry out what a window asks for, and answer whoever filled it in."""
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        public = form_of(custom_id) in ORDERS
        fetching = bool((data.get("resolved") or {}).get("attachments"))
        work = self._carried_out(interaction, custom_id)
        await self._desk.answering.carry_out(interaction, work, public=public, fetching=fetching)

    async def _carried_out(self, interaction: Interaction, custom_id: str) -> Notice:
        try:
            window = await self._windows.known(custom_id)
            if window is None:
                raise Refusal(words.forgotten())
            submitted = fields.read(interaction, window)
            filled = window.filled(submitted.values)
            if (field := window.continued) is not None and len(filled.pages) > window.page + 1:
                button = await self._kept(interaction, filled, window.page + 1, words.NEXT)
                return Notice(text=words.goes_on(field.label), buttons=(button,), needed=True)
            return await self._answered(interaction, filled, submitted)
        except ChatBusy as error:
            raise Refusal(answers.ordering_stopped()) from error

    async def _answered(self, interaction: Interaction, filled: Window, submitted: fields.Submitted) -> Notice:
        """What came of it, with a button for the next page; or what is at fault, with one that opens it again."""
        try:
            said = await self._fill_in(interaction, filled, submitted)
        except ModalRefused as refused:
            again = await self._kept(interaction, filled, filled.page_of(next(iter(refused.errors))), words.AGAIN)
            text = words.at_fault(filled.labelled(refused.errors), files=any(submitted.files.values()))
            return Notice(text=text, buttons=(again,), needed=True)
        if filled.form in PAGED and filled.page + 1 < len(filled.pages) and not said.needed:
            more = await self._kept(interaction, filled, filled.page + 1, words.MORE)
            return replace(said, buttons=(*said.buttons, more))
        return said

    async def _kept(self, interaction: Interaction, window: Window, page: int, label: str) -> Any:
        key = str(interaction.id)
        await self._windows.keep(key, replace(window, page=page))
        return button_of(key, label)

    async def _fill_in(self, interaction: Interaction, filled: Window, submitted: fields.Submitted) -> Notice:
        origin, attempt = await self._desk.origin(interaction), await self._windows.attempt(filled)
        read = partial(
            parse_modal,
            filled.modal.action,
            dict(filled.values) | await self._documents(submitted),
            actor=origin.actor,
            place=origin.place,
            # Discord lets a window that was not answered in time be submitted once more.
            event=f"{PLATFORM}:window:{filled.root}:{filled.page}.{attempt}:{interaction.user.id}",
            now=origin.now,
            known=self._desk.models,
            before=filled.before,
        )
        added = submitted.files.get(PICTURES, ())
        # Before they are fetched: what is wrong is said sooner.
        read((*filled.modal.pictures, *(each.filename for each in added)))
        async with AsyncExitStack() as stack:
            said = await self._desk.manager.handle(read(await self._pictures(stack, filled, added)))
        if said.refused:
            await self._windows.was_refused(filled, attempt)
        return said

    async def _pictures(
        self, stack: AsyncExitStack, filled: Window, added: Sequence[discord.Attachment]
    ) -> tuple[str, ...]:
        """The pictures that the window was opened with and those that were added, for the time of the order."""
        try:
            held = await self._desk.attachments.held(filled.modal.pictures)
            fetched = await stack.enter_async_context(self._desk.attachments.pictures(added)) if added else ()
        except PictureRefused as refused:
            raise ModalRefused({PICTURES: refused.sentence}) from refused
        return (*held, *fetched)

    async def _documents(self, submitted: fields.Submitted) -> dict[str, str]:
        """The text of each file that is no picture, by the name of its field."""
        found = {}
        for name, files in submitted.files.items():
            if name == PICTURES or not files:
                continue
            try:
                found[name] = await self._desk.attachments.document(files[0])
            except PictureRefused as refused:
                raise ModalRefused({name: refused.sentence}) from refused
        return found
