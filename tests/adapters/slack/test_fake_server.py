"""The fake Slack, as the real bolt and the real slack_sdk see it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FileStub

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Undo"}, "action_id": "undo", "value": "t1"}
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "a fox"}},
    {"type": "actions", "elements": [BUTTON]},
]


def client_of(slack: FakeSlack, team: str = "T1") -> AsyncWebClient:
    return AsyncWebClient(token=slack.teams[team].bot_token, base_url=slack.api_url)


@asynccontextmanager
async def connected(slack: FakeSlack, app: AsyncApp, ping_interval: float = 10) -> AsyncIterator[None]:
    """The app on its socket."""
    web_client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=web_client, ping_interval=ping_interval)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.person("U1", "mina")
        slack.person("U2", "ola")
        slack.channel("C1", "launch", members=("U1", "U2"))
        yield slack


@pytest.fixture
def app(slack: FakeSlack) -> AsyncApp:
    return AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret, process_before_response=True)


async def refused(call: Awaitable[Any]) -> str:
    """The name of the error that a call is answered with."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_message_is_posted_changed_and_deleted(slack: FakeSlack) -> None:
    """A posted card is there, its change takes the blocks that it does not name, and deleted it is gone."""
    client = client_of(slack)
    posted = await client.chat_postMessage(channel="C1", text="a fox", blocks=CARD)
    (card,) = slack.messages("C1")
    assert [block["type"] for block in card.blocks] == ["section", "actions"]
    await client.chat_update(channel="C1", ts=posted["ts"], text="gone")
    assert (card.text, card.blocks) == ("gone", [])
    await client.chat_delete(channel="C1", ts=posted["ts"])
    assert slack.messages("C1") == []


async def test_command_is_acknowledged_and_answered_later(slack: FakeSlack, app: AsyncApp) -> None:
    """A slash command arrives over the socket with Slack's markup; its answers are seen by who typed it."""
    heard = []

    @app.command("/clip")
    async def clip(ack: Any, command: Any, respond: Any) -> None:
        heard.append(command["text"])
        await ack("working…")
        await respond("done")

    async with connected(slack, app):
        acked = await slack.command("U1", "C1", "/clip", "a <fox> & https://a.example/b")
        assert acked.payload["text"] == "working…"
        await slack.until(lambda: len(slack.private("U1")) == 2)
    assert heard == ["a &lt;fox&gt; &amp; <https://a.example/b>"]
    assert {each.text for each in slack.private("U1")} == {"working…", "done"}


async def test_button_is_pressed(slack: FakeSlack, app: AsyncApp) -> None:
    """A press by its label brings the button's value and the message, and the app may replace it."""

    @app.action("undo")
    async def undo(ack: Any, action: Any, respond: Any) -> None:
        await ack()
        await respond(text=f"undone {action['value']}", replace_original=True)

    await client_of(slack).chat_postMessage(channel="C1", text="a fox", blocks=CARD)
    (card,) = slack.messages("C1")
    async with connected(slack, app):
        assert (await slack.press("U1", card, "Undo")).ok
        await slack.until(lambda: card.text == "undone t1")


async def test_who_asks_and_what_for(slack: FakeSlack) -> None:
    """A wrong token, a revoked one, a missing scope and an unknown method have Slack's own errors."""
    client = client_of(slack)
    assert (await client.auth_test())["user_id"] == slack.bot_user
    assert await refused(AsyncWebClient(token="xoxb-no", base_url=slack.api_url).auth_test()) == "invalid_auth"
    assert await refused(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
    assert await refused(client.api_call("dnd.info")) == "unknown_method"
    slack.scopes.discard("chat:write")
    assert await refused(client.chat_postMessage(channel="C1", text="x")) == "missing_scope"
    slack.patience_s = 0.01
    await slack.uninstall()
    assert await refused(client.auth_test()) == "token_revoked"


async def test_where_a_bot_may_post(slack: FakeSlack) -> None:
    """A public channel is open to who has the scope, a private one is not even known, an archived one is closed."""
    client = client_of(slack)
    slack.channel("C2", "far", bot_is_in=False)
    slack.channel("G3", "secret", bot_is_in=False, private=True)
    slack.channel("C4", "old", archived=True)
    await client.chat_postMessage(channel="C2", text="here too")
    assert await refused(client.chat_postMessage(channel="G3", text="x")) == "channel_not_found"
    assert await refused(client.chat_postMessage(channel="C4", text="x")) == "is_archived"
    assert await refused(client.chat_postEphemeral(channel="C2", user="U1", text="x")) == "not_in_channel"
    slack.scopes.discard("chat:write.public")
    assert await refused(client.chat_postMessage(channel="C2", text="x")) == "not_in_channel"
    await client.conversations_join(channel="C2")
    assert (await client.conversations_info(channel="C2"))["channel"]["is_member"] is True
    assert await refused(client.conversations_join(channel="G3")) == "channel_not_found"


async def test_only_own_messages_change(slack: FakeSlack) -> None:
    """A person's message, an ephemeral one and one that is not there cannot be changed."""
    client = client_of(slack)
    theirs = slack.say("U1", "C1", "mine")
    whisper = await client.chat_postEphemeral(channel="C1", user="U1", text="psst")
    assert await refused(client.chat_update(channel="C1", ts=theirs.ts, text="x")) == "cant_update_message"
    ephemeral = client.chat_update(channel="C1", ts=whisper["message_ts"], text="x")
    assert await refused(ephemeral) == "message_not_found"
    assert await refused(client.chat_postEphemeral(channel="C1", user="U9", text="x")) == "user_not_in_channel"
    assert [each.text for each in slack.private("U1")] == ["psst"]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}, "less than 3001 characters"),
        ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "less than 151 characters"),
        ({"type": "actions", "elements": [BUTTON | {"action_id": f"a{n}"} for n in range(26)]}, "no more than 25"),
        ({"type": "actions", "elements": [BUTTON | {"value": "x" * 2001}]}, "less than 2001 characters"),
        ({"type": "actions", "elements": [BUTTON | {"action_id": "x" * 256}]}, "less than 256 characters"),
        ({"type": "actions", "elements": [BUTTON, BUTTON]}, "already exists"),
        ({"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}, "no more than 10"),
        ({"type": "image", "alt_text": "a fox", "slack_file": {"id": "F404"}}, "invalid slack file"),
        ({"type": "carousel"}, "unsupported type"),
    ],
)
async def test_block_limits(slack: FakeSlack, block: dict[str, Any], said: str) -> None:
    """What breaks a limit of Block Kit is refused, and the answer points at it."""
    with pytest.raises(SlackApiError) as caught:
        await client_of(slack).chat_postMessage(channel="C1", text="x", blocks=[block])
    assert caught.value.response["error"] == "invalid_blocks"
    (message,) = caught.value.response["response_metadata"]["messages"]
    assert said in message
    assert "json-pointer:/blocks/0" in message


async def test_message_limits(slack: FakeSlack) -> None:
    """Fifty-one blocks, a block's id twice, a text too long and no text at all are refused."""
    client, line = client_of(slack), {"type": "divider"}
    same = [line | {"block_id": "b"}, line | {"block_id": "b"}]
    assert await refused(client.chat_postMessage(channel="C1", text="x", blocks=[line] * 51)) == "invalid_blocks"
    assert await refused(client.chat_postMessage(channel="C1", text="x", blocks=same)) == "invalid_blocks"
    assert await refused(client.chat_postMessage(channel="C1", text="x" * 40_001)) == "msg_too_long"
    assert await refused(client.api_call("chat.postMessage", json={"channel": "C1"})) == "no_text"


async def test_threads_and_links(slack: FakeSlack) -> None:
    """A reply hangs below its parent and nowhere else, and has a link of its own."""
    client = client_of(slack)
    parent = await client.chat_postMessage(channel="C1", text="card")
    reply = await client.chat_postMessage(channel="C1", text="draft", thread_ts=parent["ts"])
    deeper = client.chat_postMessage(channel="C1", text="x", thread_ts=reply["ts"])
    assert await refused(deeper) == "cannot_reply_to_message"
    link = (await client.chat_getPermalink(channel="C1", message_ts=reply["ts"]))["permalink"]
    assert link.endswith(f"/archives/C1/p{reply['ts'].replace('.', '')}?thread_ts={parent['ts']}&cid=C1")
    assert [each.text for each in slack.messages("C1", thread=parent["ts"])] == ["draft"]


async def test_people_and_direct_messages(slack: FakeSlack) -> None:
    """users.info tells guests from admins, and a message to a person's id is one only they see."""
    client = client_of(slack)
    slack.person("U3", "gus", guest=True)
    slack.person("U4", "ada", admin=True, tz="UTC")
    assert (await client.users_info(user="U3"))["user"]["is_restricted"] is True
    assert (await client.users_info(user="U4"))["user"]["is_admin"] is True
    assert await refused(client.users_info(user="U9")) == "user_not_found"
    assert await refused(client.conversations_open(users="U4")) == "missing_scope"
    slack.scopes |= {"im:write"}
    opened = await client.conversations_open(users="U4")
    posted = await client.chat_postMessage(channel="U4", text="for you")
    assert posted["channel"] == opened["channel"]["id"]
    assert [each.text for each in slack.private("U4")] == ["for you"]


async def test_reactions_and_mentions(slack: FakeSlack, app: AsyncApp) -> None:
    """Reactions, a mention and a direct message arrive as events where the bot is, and nowhere else."""
    heard: list[dict[str, Any]] = []
    for kind in ("reaction_added", "reaction_removed", "app_mention", "message", "member_joined_channel"):

        @app.event(kind)
        async def event(event: dict[str, Any]) -> None:
            heard.append(event)

    client = client_of(slack)
    await client.chat_postMessage(channel="C1", text="draft")
    (draft,) = slack.messages("C1")
    slack.channel("C2", "far", members=("U1",), bot_is_in=False)
    elsewhere = slack.say("U1", "C2", "hi")
    async with connected(slack, app):
        await slack.react("U1", draft, "+1::skin-tone-3")
        got = (await client.reactions_get(channel="C1", timestamp=draft.ts))["message"]
        await slack.unreact("U1", draft, "+1::skin-tone-3")
        await slack.react("U1", elsewhere, "tada")
        await slack.mention("U1", "C1", "a & b", thread=draft.ts)
        await slack.direct("U1", "help")
        await slack.invite("C2")
    assert got["reactions"] == [{"name": "+1::skin-tone-3", "users": ["U1"], "count": 1}]
    assert [each["type"] for each in heard] == [
        "reaction_added",
        "reaction_removed",
        "app_mention",
        "message",
        "member_joined_channel",
    ]
    assert heard[0]["item"] == {"type": "message", "channel": "C1", "ts": draft.ts}
    assert heard[2]["text"] == f"<@{slack.bot_user}> a &amp; b"
    assert heard[2]["thread_ts"] == draft.ts
    assert heard[3]["channel_type"] == "im"


async def test_own_reactions(slack: FakeSlack) -> None:
    """The bot's reaction stands once, and cannot be taken twice."""
    client = client_of(slack)
    posted = await client.chat_postMessage(channel="C1", text="draft")
    here = {"channel": "C1", "timestamp": posted["ts"], "name": "eyes"}
    await client.reactions_add(**here)
    assert await refused(client.reactions_add(**here)) == "already_reacted"
    await client.reactions_remove(**here)
    assert await refused(client.reactions_remove(**here)) == "no_reaction"


async def test_unacknowledged_event_comes_again(slack: FakeSlack, app: AsyncApp) -> None:
    """An event whose listener fails comes again with the same id until it is acknowledged."""
    slack.patience_s, slack.retry_after_s = 0.2, (0, 0.05, 0.05)
    ids = []

    @app.event("reaction_added")
    async def reacted(body: dict[str, Any]) -> None:
        ids.append(body["event_id"])
        if len(ids) < 3:
            msg = "not written"
            raise RuntimeError(msg)

    async with connected(slack, app):
        assert not (await slack.react("U1", slack.say("U1", "C1", "x"), "tada")).ok
        await slack.until(lambda: len(ids) == 3)
        await asyncio.sleep(0.1)
        assert len(ids) == 3
        slack.deliver_twice = True
        await slack.react("U2", slack.messages("C1")[0], "tada")
    assert len(set(ids)) == 2
    assert len(ids) == 5


async def test_silent_command_is_complained_of(slack: FakeSlack, app: AsyncApp) -> None:
    """A command without an acknowledgement in time fails before the eyes of who typed it."""
    slack.patience_s = 0.1
    async with connected(slack, app):
        assert not (await slack.command("U1", "C1", "/nothing")).ok
    assert "operation_timeout" in slack.private("U1")[0].text
    assert slack.complaints


async def test_sockets_come_back(slack: FakeSlack, app: AsyncApp) -> None:
    """After a refresh, a closed and a broken connection the app is there again, and an event finds it."""
    heard = []

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with connected(slack, app, ping_interval=0.1):
        await slack.until(lambda: slack.connections == 1)
        for n, trouble in enumerate((slack.refresh_sockets, slack.drop_socket, slack.break_socket)):
            await trouble()
            await slack.mention("U1", "C1", str(n))
            await slack.until(lambda n=n: len(heard) == n + 1)  # type: ignore[misc]


async def test_several_sockets_share_the_events(slack: FakeSlack, app: AsyncApp) -> None:
    """With two sockets each event goes to one of them only."""
    heard = []

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with connected(slack, app), connected(slack, app):
        await slack.until(lambda: slack.connections == 2)
        for _ in range(4):
            await slack.mention("U1", "C1", "hi")
    assert len(heard) == 4
    assert slack.sent_by_socket == [2, 2]


async def test_signed_http(slack: FakeSlack, app: AsyncApp) -> None:
    """With a request address everything is posted to it, signed; what is signed wrongly the app refuses."""

    @app.command("/clip")
    async def clip(ack: Any) -> None:
        await ack("yours")

    @app.action("undo")
    async def undo(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="undone", replace_original=True)

    port = unused_port()
    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    runner = web.AppRunner(app.server(port=port, path="/slack/events").web_app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        assert await slack.verify_request_url()
        assert (await slack.command("U1", "C1", "/clip", "a fox")).payload["text"] == "yours"
        await client_of(slack).chat_postMessage(channel="C1", text="a fox", blocks=CARD)
        (card,) = slack.messages("C1")
        assert (await slack.press("U1", card, "undo")).ok
        await slack.until(lambda: card.text == "undone")
        slack.signing_secret = "another"
        assert not (await slack.command("U1", "C1", "/clip", "a fox")).ok
    finally:
        await runner.cleanup()


async def test_response_address(slack: FakeSlack, app: AsyncApp) -> None:
    """A response address takes five answers, for half an hour; they are private unless they say otherwise."""
    urls = []

    @app.command("/clip")
    async def clip(ack: Any, command: Any) -> None:
        urls.append(command["response_url"])
        await ack()

    async with connected(slack, app):
        await slack.command("U1", "C1", "/clip")
        await slack.command("U1", "C1", "/clip")
    async with httpx.AsyncClient() as http:
        answers = [await http.post(urls[0], json={"text": "a", "response_type": "in_channel"}) for _ in range(6)]
        await http.post(urls[1], json={"text": "b"})
        slack.later(31 * 60)
        late = await http.post(urls[1], json={"text": "c"})
    assert [each.status_code for each in answers] == [200] * 5 + [404]
    assert late.json()["error"] == "expired_url"
    assert len(slack.messages("C1")) == 5
    assert [each.text for each in slack.private("U1")] == ["b"]


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "build",
    "title": {"type": "plain_text", "text": "Build a clip"},
    "submit": {"type": "plain_text", "text": "Draft it"},
    "blocks": [
        {
            "type": "input",
            "block_id": "prompt",
            "label": {"type": "plain_text", "text": "Prompt"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 100},
        },
        {
            "type": "input",
            "block_id": "pictures",
            "optional": True,
            "label": {"type": "plain_text", "text": "Pictures"},
            "element": {"type": "file_input", "action_id": "files", "filetypes": ["png"], "max_files": 2},
        },
    ],
}


async def test_modal_with_errors_and_files(slack: FakeSlack, app: AsyncApp) -> None:
    """A modal opens by its trigger, stays with its errors, takes files, and closes; its trigger works once."""
    seen: list[dict[str, Any]] = []

    @app.command("/clip")
    async def clip(ack: Any, client: AsyncWebClient, command: Any) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)
        assert await refused(client.views_open(trigger_id=command["trigger_id"], view=FORM)) == "exchanged_trigger_id"

    @app.view("build")
    async def built(ack: Any, view: Any) -> None:
        seen.append(view["state"]["values"])
        wrong = {"prompt": "say more"} if len(seen) == 1 else None
        await ack(response_action="errors", errors=wrong) if wrong else await ack()

    async with connected(slack, app):
        await slack.command("U1", "C1", "/clip")
        await slack.until(lambda: slack.views("U1"))
        (view,) = slack.views("U1")
        with pytest.raises(ValueError, match="Prompt"):
            await slack.submit("U1", view)
        acked = await slack.submit("U1", view, {"Prompt": "fox"})
        assert acked.payload["errors"] == view.errors == {"prompt": "say more"}
        await slack.submit("U1", view, {"Prompt": "a fox"}, files={"Pictures": [FileStub(name="fox.png")]})
    assert slack.views("U1") == []
    assert seen[1]["prompt"]["text"]["value"] == "a fox"
    (picture,) = seen[1]["pictures"]["files"]["files"]
    async with httpx.AsyncClient(follow_redirects=True) as http:
        bearer = {"Authorization": f"Bearer {slack.bot_token}"}
        assert (await http.get(picture["url_private"], headers=bearer)).content == FileStub(name="").content
        assert "Sign in" in (await http.get(picture["url_private"])).text


async def test_views_change_and_stack(slack: FakeSlack, app: AsyncApp) -> None:
    """A trigger is good for three seconds, a hash for one change, and three modals stack."""
    triggers = []

    @app.shortcut("promote")
    async def promote(ack: Any, shortcut: Any) -> None:
        triggers.append(shortcut["trigger_id"])
        await ack()

    client = client_of(slack)
    message = slack.say("U1", "C1", "a fox")
    async with connected(slack, app):
        await slack.shortcut("U1", message, "promote")
        await slack.shortcut("U1", message, "promote")
    first = (await client.views_open(trigger_id=triggers[0], view=FORM))["view"]
    await client.views_update(view_id=first["id"], hash=first["hash"], view=FORM | {"private_metadata": "2"})
    stale = client.views_update(view_id=first["id"], hash=first["hash"], view=FORM)
    assert await refused(stale) == "hash_conflict"
    too_long = FORM | {"title": {"type": "plain_text", "text": "x" * 25}}
    assert await refused(client.views_update(view_id=first["id"], view=too_long)) == "invalid_arguments"
    slack.later(4)
    assert await refused(client.views_open(trigger_id=triggers[1], view=FORM)) == "expired_trigger_id"
    assert slack.views("U1")[0].private_metadata == "2"


async def test_form_is_chosen_in_and_becomes_another(slack: FakeSlack, app: AsyncApp) -> None:
    """A choice in a modal arrives at once, an answer may put another form in its place, and a third stacks."""
    menu = {
        "type": "static_select",
        "action_id": "model",
        "placeholder": {"type": "plain_text", "text": "Model"},
        "options": [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Fast", "Good")],
    }
    picker = FORM | {"blocks": [{"type": "actions", "block_id": "how", "elements": [menu]}]}
    chosen = []

    @app.shortcut("open")
    async def opened(ack: Any, client: AsyncWebClient, shortcut: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=picker)

    @app.action("model")
    async def model(ack: Any, action: Any, client: AsyncWebClient, body: Any) -> None:
        await ack()
        chosen.append(action["selected_option"]["value"])
        await client.views_push(trigger_id=body["trigger_id"], view=FORM)

    @app.view("build")
    async def built(ack: Any, view: Any) -> None:
        chosen.append(view["state"]["values"])
        await ack(response_action="update", view=FORM | {"private_metadata": "next"})

    async with connected(slack, app):
        await slack.shortcut("U1", None, "open")
        await slack.until(lambda: slack.views("U1"))
        await slack.press("U1", slack.views("U1")[0], "Model", "Good")
        await slack.until(lambda: len(slack.views("U1")) == 2)
        await slack.submit("U1", slack.views("U1")[0])
    assert chosen[0] == "good"
    assert chosen[1]["how"]["model"]["selected_option"]["value"] == "good"
    assert [view.private_metadata for view in slack.views("U1")] == ["next", ""]
    assert slack.shown(slack.views("U1")[1]).splitlines() == [
        "== Build a clip ==",
        "Prompt: …",
        "Pictures: …",
        "[Draft it]",
    ]


async def test_stranger_presses(slack: FakeSlack, app: AsyncApp) -> None:
    """Somebody of another organisation presses in our channel: the workspace is ours, they are not."""
    slack.person("U8", "eve", team="T9", stranger=True)
    bodies = []

    @app.action("undo")
    async def undo(ack: Any, body: Any) -> None:
        await ack()
        bodies.append(body)

    client = client_of(slack)
    await client.chat_postMessage(channel="C1", text="a fox", blocks=CARD)
    async with connected(slack, app):
        await slack.press("U8", slack.messages("C1")[0], "Undo")
    assert (bodies[0]["team"]["id"], bodies[0]["user"]["team_id"]) == ("T1", "T9")
    assert (await client.users_info(user="U8"))["user"]["is_stranger"] is True
    assert await refused(client_of(slack, "T9").auth_test()) == "token_revoked"


async def test_home(slack: FakeSlack, app: AsyncApp) -> None:
    """Who opens the home sees what was published for them, and may press its buttons."""
    pressed = []

    @app.event("app_home_opened")
    async def opened(client: AsyncWebClient, event: Any) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    @app.action("undo")
    async def undo(ack: Any, body: Any) -> None:
        await ack()
        pressed.append(body["container"])

    async with connected(slack, app):
        await slack.open_home("U1")
        view = slack.home("U1")
        assert view is not None
        await slack.press("U1", view, "Undo")
    assert pressed == [{"type": "view", "view_id": view.id}]
    assert slack.home("U2") is None


async def uploaded(slack: FakeSlack, name: str, content: bytes, **to: Any) -> str:
    """Upload as slack_sdk does, step by step; the file's id."""
    client = client_of(slack)
    reserved = await client.files_getUploadURLExternal(filename=name, length=len(content))
    async with httpx.AsyncClient() as http:
        (await http.post(reserved["upload_url"], content=content)).raise_for_status()
    await client.files_completeUploadExternal(files=[{"id": reserved["file_id"], "title": name}], **to)
    return str(reserved["file_id"])


async def test_files_are_shared_late_or_never(slack: FakeSlack) -> None:
    """A share shows in files.info some time after the answer, or never; the message is there when the share is."""
    client = client_of(slack)
    slack.late_shares_s = 0.05
    file = await uploaded(slack, "fox.mp4", b"clip", channel_id="C1", initial_comment="a fox")
    assert (await client.files_info(file=file))["file"]["shares"] == {}
    await slack.until(lambda: slack.messages("C1"))
    (share,) = (await client.files_info(file=file))["file"]["shares"]["public"]["C1"]
    assert share["ts"] == slack.messages("C1")[0].ts
    slack.never_share = True
    await uploaded(slack, "fox.mp4", b"clip", channel_id="C1")
    await asyncio.sleep(0.1)
    assert len(slack.messages("C1")) == 1
    slack.channel("C2", "far", bot_is_in=False)
    assert await refused(uploaded(slack, "fox.mp4", b"clip", channel_id="C2")) == "not_in_channel"


async def test_upload_of_the_sdk(slack: FakeSlack) -> None:
    """files_upload_v2 works; a file with alternative text is never shared, one that is deleted takes its message."""
    client = client_of(slack)
    await client.files_upload_v2(file=io.BytesIO(b"clip"), filename="fox.mp4", channel="C1")
    await slack.until(lambda: slack.messages("C1"))
    (file,) = slack.messages("C1")[0].files
    assert slack.files[file].content == b"clip"
    await client.files_delete(file=file)
    assert slack.messages("C1") == []
    assert await refused(client.files_info(file=file)) == "file_deleted"
    await client.files_upload_v2(file=io.BytesIO(b"clip"), filename="fox.mp4", channel="C1", alt_txt="a fox")
    await asyncio.sleep(0.05)
    assert slack.messages("C1") == []


async def test_bytes_arrive_raw_or_in_a_form(slack: FakeSlack) -> None:
    """A form's part is taken like raw bytes, in pieces; what has another length than announced is refused."""
    client, content = client_of(slack), b"c" * 300_000
    async with httpx.AsyncClient() as http:
        reserved = [await client.files_getUploadURLExternal(filename="a.mp4", length=len(content)) for _ in range(2)]
        taken = await http.post(reserved[0]["upload_url"], files={"file": ("a.mp4", content)})
        short = await http.post(reserved[1]["upload_url"], content=content[1:])
    assert (taken.status_code, short.status_code) == (200, 400)
    file = slack.files[reserved[0]["file_id"]]
    assert file.content == content
    assert file.largest_piece < len(content)
    unfinished = client.files_completeUploadExternal(files=[{"id": reserved[1]["file_id"], "title": "a"}])
    assert await refused(unfinished) == "file_not_found"


async def test_pictures_on_cards(slack: FakeSlack) -> None:
    """An image block takes a file of Slack's own once it is processed, if it is a png, jpg or gif."""
    client = client_of(slack)
    file = await uploaded(slack, "sheet.png", b"png")
    await slack.until(lambda: slack.files[file].processed)
    moving = await uploaded(slack, "sheet.webp", b"webp")
    await slack.until(lambda: slack.files[moving].processed)

    def picture(shown: str) -> list[dict[str, Any]]:
        return [{"type": "image", "alt_text": "four foxes", "slack_file": {"id": shown}}]

    await client.chat_postMessage(channel="C1", text="sheet", blocks=picture(file))
    webp = client.chat_postMessage(channel="C1", text="sheet", blocks=picture(moving))
    assert await refused(webp) == "invalid_blocks"


async def test_trouble_on_order(slack: FakeSlack) -> None:
    """Ordered failures come as ordered: 429 with a time to wait, an error, and an answer lost after the deed."""
    client = client_of(slack)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    slack.fail("chat.postMessage", "ratelimited", retry_after_s=0)
    await client.chat_postMessage(channel="C1", text="a")
    assert [call.error for call in slack.calls("chat.postMessage")] == ["ratelimited", None]
    slack.fail("chat.update", "fatal_error")
    assert await refused(client.chat_update(channel="C1", ts=slack.messages("C1")[0].ts, text="b")) == "fatal_error"
    slack.fail("conversations.join", "lost")
    async with httpx.AsyncClient() as http:
        slack.channel("C2", "far", bot_is_in=False)
        bearer = {"Authorization": f"Bearer {slack.bot_token}"}
        with pytest.raises(httpx.TransportError):
            await http.post(f"{slack.api_url}conversations.join", data={"channel": "C2"}, headers=bearer)
    assert slack.bot_user in slack.channels["C2"].members


async def test_limits(slack: FakeSlack) -> None:
    """With limits on, a second message in a channel within a second is too many; in another it is not."""
    client = client_of(slack)
    slack.limits = True
    slack.channel("C2", "other")
    await client.chat_postMessage(channel="C1", text="a")
    await client.chat_postMessage(channel="C2", text="a")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C1", text="b")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    slack.later(1)
    await client.chat_postMessage(channel="C1", text="b")


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")
async def test_installing(slack: FakeSlack) -> None:
    """A workspace that installs the app gives its token for the code, once."""
    client = AsyncWebClient(base_url=slack.api_url)
    asked = {
        "client_id": slack.client_id,
        "client_secret": slack.client_secret,
        "code": slack.oauth_code("T2", by="U7"),
    }
    got = await client.oauth_v2_access(**asked)
    assert (got["team"]["id"], got["authed_user"]["id"]) == ("T2", "U7")
    assert (await client_of(slack, "T2").auth_test())["team_id"] == "T2"
    assert await refused(client.oauth_v2_access(**asked)) == "code_already_used"


async def test_transcript(slack: FakeSlack) -> None:
    """The transcript reads as the channel looks: cards, buttons, threads, and who alone sees what."""
    client = client_of(slack)
    posted = await client.chat_postMessage(channel="C1", text="card", blocks=CARD)
    await client.chat_postMessage(channel="C1", text="<@U2> &lt;soon&gt;", thread_ts=posted["ts"])
    await client.chat_postEphemeral(channel="C1", user="U1", text="psst")
    await client.reactions_add(channel="C1", timestamp=posted["ts"], name="eyes")
    assert slack.transcript() == (
        "#launch\n"
        "  dailies:\n"
        "    a fox\n"
        "    [Undo]\n"
        "    :eyes: dailies\n"
        "  \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} dailies:\n"
        "  \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}   @ola <soon>\n"
        "  (only mina) dailies:\n"
        "    psst"
    )
