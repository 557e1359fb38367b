"""How an answer reaches whoever asked: with the acknowledgement, by the response URL, as a window, or unasked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chat.outcomes import Work, outcome, outcome_of_fields
from adapters.slack import cards, views
from adapters.slack.blocks import Rendered
from adapters.slack.client import ClientOf, translated
from adapters.slack.handing import Handing
from adapters.slack.payloads import Caller
from bot.core.errors import ChatError
from bot.core.modals import Modal, ModalRefused
from bot.core.notices import SILENCE, Notice
from bot.core.sentences import talk

log = logging.getLogger(__name__)
#: Slack waits three seconds for an acknowledgement; its way there is counted too.
PATIENCE_S = 2.0
#: A post to a response URL.
POST_S = 10.0
OK = 200
#: Nothing that Slack adds to a text.
_PLAIN = {"unfurl_links": False, "unfurl_media": False}


class Answering:
    """Answers; what takes longer than Slack waits is answered later, by tasks that ``finish`` waits for."""

    def __init__(self, client_of: ClientOf, handing: Handing, *, patience_s: float = PATIENCE_S) -> None:
        """``handing`` uploads the files of answers."""
        self._client_of = client_of
        self._handing = handing
        self._patience_s = patience_s
        self._later: set[asyncio.Task[Any]] = set()

    async def finish(self) -> None:
        """Wait for every answer that is still to be given."""
        while self._later:
            await asyncio.gather(*self._later, return_exceptions=True)

    async def command(self, ack: AsyncAck, caller: Caller, work: Work) -> None:
        """The work first, then the acknowledgement with its answer; or, where it takes longer, that it does."""
        task = self._start(self._said(caller, work))
        if not await self._done(task):
            await ack({"response_type": "ephemeral", "text": talk.working()})
            self._go(self._answer_later(caller, task))
            return
        said = task.result()
        rendered = cards.notice(said) if said.text or said.table else None
        await ack(_body(rendered, said) if rendered else "")
        self._hand_over(caller, said)

    async def press(self, ack: AsyncAck, caller: Caller, work: Work, *, for_good: bool = False) -> None:
        """The work first, then the acknowledgement, which says nothing; then the answer.

        A press ``for_good`` that was carried out takes the buttons away from a message that only this person sees.
        """
        task = self._start(self._said(caller, work))
        done = await self._done(task)
        await ack()
        self._go(self._answer_later(caller, task, for_good=for_good, late=not done))

    async def submission(self, ack: AsyncAck, caller: Caller, submitted: views.Submitted, work: Work) -> None:
        """The work first; then the window closes, shows what is wrong below its fields, or is followed by another."""
        task = self._start(outcome_of_fields(work))
        if not await self._done(task):
            await ack({"response_action": "clear"})
            self._go(self._answer_later(caller, task))
            return
        said = task.result()
        if isinstance(said, ModalRefused):
            await ack(views.errors_of(said, submitted))
        elif said.modal is not None:
            await ack({"response_action": "push", "view": views.view_of(said.modal, channel=caller.channel)})
        else:
            await ack({"response_action": "clear"})
            self.later(self._reply(caller, said))

    def unasked(self, caller: Caller, said: Notice) -> None:
        """Answer an event, which has neither an acknowledgement to speak with nor a response URL."""
        self.later(self._reply(caller, said))

    def later(self, deed: Coroutine[Any, Any, None]) -> None:
        """Tell Slack something that no acknowledgement waits for; where it cannot be told, it is logged."""
        self._go(self._quietly(deed))

    async def _said(self, caller: Caller, work: Work) -> Notice:
        """The answer; a window is opened at once, for Slack lets it for three seconds only."""
        said = await outcome(work)
        if said.modal is None or not await self._opened(caller, said.modal):
            return said
        return SILENCE

    async def _opened(self, caller: Caller, modal: Modal) -> bool:
        """Whether the window is open; where it is not, the answer says how to type the same."""
        if not caller.trigger:
            return False
        try:
            with translated():
                view = views.view_of(modal, channel=caller.channel)
                await self._client_of(caller.team).views_open(trigger_id=caller.trigger, view=view)
        except ChatError as error:
            log.warning("a window could not be opened: %s", error)
            return False
        return True

    async def _answer_later(
        self, caller: Caller, task: asyncio.Task[Any], *, for_good: bool = False, late: bool = False
    ) -> None:
        """``late``: that it takes longer is said first; an acknowledgement that says nothing did not."""
        if late:
            await self._quietly(self._reply(caller, Notice(text=talk.working())))
        said = await task
        if isinstance(said, ModalRefused):
            said = Notice(text=said.sentence, needed=True)
        instead = for_good and caller.own and not said.needed
        await self._quietly(self._reply(caller, said, instead=instead))

    async def _reply(self, caller: Caller, said: Notice, *, instead: bool = False) -> None:
        """Say it, by the response URL as long as Slack takes it; then to the person in the channel, or directly.

        Raises:
            ChatError: it could not be said at all.
        """
        if said.text or said.table:
            rendered = cards.notice(said)
            body = _body(rendered, said) | {"replace_original": instead} | _thread(caller)
            if instead:
                body["blocks"] = [*caller.kept, *body["blocks"]]
            if not (caller.response_url and await _posted(caller.response_url, body)):
                await self._post(caller, rendered, said)
        self._hand_over(caller, said)

    async def _post(self, caller: Caller, rendered: Rendered, said: Notice) -> None:
        client, shown = self._client_of(caller.team), _shown(rendered)
        in_channel = caller.channel and caller.channel[0] not in "DUW"
        with translated():
            if in_channel and not said.private:
                await client.chat_postMessage(channel=caller.channel, thread_ts=caller.thread or None, **shown)
            elif not in_channel or not await _whispered(client, caller, shown):
                await client.chat_postMessage(channel=caller.channel if _is_direct(caller) else caller.person, **shown)

    def _hand_over(self, caller: Caller, said: Notice) -> None:
        """Files go to the person by themselves, and then it is said where they are."""
        for file in filter(None, (said.document, said.picture)):
            self.later(self._hand(caller, file))

    async def _hand(self, caller: Caller, file: Any) -> None:
        sentence = await self._handing.hand(file, team=caller.team, person=caller.person)
        await self._reply(caller, Notice(text=sentence))

    async def _quietly(self, deed: Coroutine[Any, Any, None]) -> None:
        """An answer that cannot be given undoes nothing: what was asked for is done."""
        try:
            await deed
        except ChatError as error:
            log.warning("an answer could not be given: %s", error)
        except Exception:
            log.exception("a defect: an answer was not given")

    async def _done(self, task: asyncio.Task[Any]) -> bool:
        done, _ = await asyncio.wait({task}, timeout=self._patience_s)
        return bool(done)

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        """See to it that it comes to its end, and wait for nothing."""
        self._later.add(self._start(work))

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return task


def _shown(rendered: Rendered) -> dict[str, Any]:
    return {"text": rendered.text, "blocks": list(rendered.blocks), **_PLAIN}


def _body(rendered: Rendered, said: Notice) -> dict[str, Any]:
    return {"response_type": "ephemeral" if said.private else "in_channel", **_shown(rendered)}


def _thread(caller: Caller) -> dict[str, str]:
    return {"thread_ts": caller.thread} if caller.thread else {}


def _is_direct(caller: Caller) -> bool:
    return caller.channel[:1] == "D"


async def _posted(url: str, body: dict[str, Any]) -> bool:
    """Whether Slack took it: five times within half an hour, and not for ever."""
    try:
        said = await AsyncWebhookClient(url, timeout=round(POST_S), retry_handlers=[]).send_dict(body)
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        log.info("the response URL cannot be reached (%s)", type(error).__name__)
        return False
    return said.status_code == OK


async def _whispered(client: AsyncWebClient, caller: Caller, shown: dict[str, Any]) -> bool:
    """Whether the person could be told in the channel, where only they see it."""
    try:
        with translated():
            await client.chat_postEphemeral(
                channel=caller.channel, user=caller.person, thread_ts=caller.thread or None, **shown
            )
    except ChatError as error:
        log.info("said in a direct message instead: %s", error)
        return False
    return True
