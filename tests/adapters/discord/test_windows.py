"""Windows, as people fill them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import simcord

from adapters.discord.fields import modal_of
from adapters.discord.windows import opened
from bot.core.commands import Actor, Draft, Pause, Place, Resume
from bot.core.errors import ChatBusy
from bot.core.modals import Field, FieldKind, Form, Modal
from bot.core.ports import Button
from bot.core.rows import Channel, Note, Shot
from tests.adapters.discord.counter import Counter, asked, counter

WHY = "what was noted cannot be read"
LONG = " ".join(f"frame-{number:05}" for number in range(1_650))[:20_000]


def names(shown: simcord.InteractionResult) -> list[str]:
    """What a window asks, in its order."""
    return [each["custom_id"] for each in asked(shown)]


def defaults(shown: simcord.InteractionResult) -> dict[str, Any]:
    """What its text fields have."""
    return {each["custom_id"]: each.get("value", "") for each in asked(shown) if each["type"] == 4}


async def prompts(here: Counter) -> list[str]:
    return [shot.prompt for shot in await _shots(here)]


async def _shots(here: Counter) -> list[Shot]:
    return await here.office.rows(Shot)


async def test_a_builder_of_five_fields(tmp_path: Path) -> None:
    """The subject is an option of the command; the five other parts are asked, and all six become the prompt."""
    async with counter(tmp_path) as here, here.drawing():
        shown = await here.clip("build", subject="a ceramic mug")
        assert names(shown) == ["action", "environment", "camera", "style", "constraints"]
        seen = await here.fill(here.at.mina, shown, {"action": "steam rising", "camera": "a slow push-in"})
        assert await prompts(here) == ["a ceramic mug steam rising, a slow push-in"]
        assert seen.response is not None
        assert seen.response.embeds
        assert here.chat.alone == []


async def test_what_is_wrong_loses_nothing(tmp_path: Path) -> None:
    """A window with a mistake is answered privately with each sentence, and opens again with what was written."""
    async with counter(tmp_path) as here, here.drawing():
        shown = await here.clip("build")
        assert names(shown)[0] == "subject"
        seen = await here.fill(here.at.mina, shown, {"subject": " ", "action": "runs", "style": "35 mm"})
        assert seen.response is not None
        assert seen.response.ephemeral
        assert "Subject: " in seen.response.content
        again = await here.at.mina.click(seen.response.message, label="Correct it")
        assert defaults(again) == {"subject": " ", "action": "runs", "environment": "", "camera": "", "style": "35 mm"}
        await here.fill(here.at.mina, again, {"subject": "a fox", "action": "runs", "style": "35 mm"})
        assert await prompts(here) == ["a fox runs, 35 mm"]


async def test_a_window_outlives_a_restart(tmp_path: Path) -> None:
    """A window that was open while the bot was started anew is carried out, and the one that corrects it opens."""
    async with counter(tmp_path) as here:
        shown = await here.clip("build", subject="a fox")
        await here.restart()
        async with here.drawing():
            await here.fill(here.at.mina, shown, {"action": "runs"})
        assert await prompts(here) == ["a fox runs"]


async def test_a_window_that_is_sent_off_twice(tmp_path: Path) -> None:
    """Whoever sends a window off again because no answer came has ordered once, and is told so."""
    async with counter(tmp_path) as here, here.drawing():
        shown = await here.clip("build", subject="a fox")
        await here.fill(here.at.mina, shown, {"action": "runs"})
        shown._interaction.modal_consumed = False  # noqa: SLF001 - as Discord lets it when the answer is late
        seen = await here.fill(here.at.mina, shown, {"action": "runs"})
        assert len(await here.takes()) == 1
        assert seen.response is not None
        assert "once" in seen.response.content


@pytest.mark.parametrize("long", [LONG[:6_000], LONG, ("🦊" * 9 + " ") * 2_000], ids=["6000", "20000", "of-emoji"])
async def test_a_long_prompt_in_parts(tmp_path: Path, long: str) -> None:
    """A prompt of any length comes back as it was, part by part, over as many windows as it needs."""
    async with counter(tmp_path) as here, here.drawing():
        prompt = long.strip()
        await here.office.manager.handle(await _typed(here, prompt))
        (take,) = await here.takes()
        message = await here.put(Button(label="Edit", action=f"edit:{take.id}"))
        shown = await here.at.mina.click(message, label="Edit")
        seen = None
        for _ in range(3):
            fields = defaults(shown)
            assert all(len(text) <= 4_000 for text in fields.values())
            seen = await here.fill(here.at.mina, shown, {})
            assert seen.response is not None
            if seen.response.embeds:
                break
            assert "Prompt: the rest of it comes in the next window" in seen.response.content
            shown = await here.at.mina.click(seen.response.message, label="Go on")
        assert await prompts(here) == [prompt, prompt]


async def _typed(here: Counter, prompt: str) -> Draft:
    place = Place(workspace=here.at.workspace_id, channel=here.at.channel_id(here.at.launch), name="launch")
    return Draft(actor=Actor(id=str(here.at.mina.id), name="mina"), place=place, event="e1", prompt=prompt)


async def test_a_prompt_that_is_written_anew_in_two_parts(tmp_path: Path) -> None:
    """6,000 characters are written into two fields, and are one prompt."""
    async with counter(tmp_path) as here, here.drawing():
        prompt = LONG[:6_000].strip()
        await here.office.manager.handle(await _typed(here, "a fox"))
        (take,) = await here.takes()
        message = await here.put(Button(label="Edit", action=f"edit:{take.id}"))
        shown = await here.at.mina.click(message, label="Edit")
        cut = prompt.rindex(" ", 0, 3_990)
        await here.fill(here.at.mina, shown, {"prompt.1": prompt[:cut], "prompt.2": prompt[cut + 1 :]})
        assert (await prompts(here))[-1] == prompt


async def test_settings_page_by_page(tmp_path: Path) -> None:
    """Settings are saved page by page; people and roles are chosen together, and nothing else is changed."""
    async with counter(tmp_path) as here:
        channel = await _approved_by(here, here.at.jo, here.at.crew)
        assert channel.policy.ratio == "9:16"
        assert set(channel.policy.approvers) == {str(here.at.jo.id), f"&{here.at.crew.id}|crew"}


async def test_the_role_of_everybody_is_everyone(tmp_path: Path) -> None:
    """Whoever chooses @everyone among the people shuts nobody out."""
    async with counter(tmp_path) as here:
        role = here.env.backend.guilds[here.at.guild.id].roles[here.at.guild.id]
        channel = await _approved_by(here, here.at.jo, simcord.RoleHandle(here.env, here.at.guild, role))
        assert channel.policy.approvers == ()


async def _approved_by(here: Counter, *people: Any) -> Channel:
    """The settings, page by page, with these as approvers."""
    message = await here.put(Button(label="Settings", action="change-settings"))
    shown = await here.at.dana.click(message, label="Settings")
    seen = await here.fill(here.at.dana, shown, {"ratio": ["9:16"]})
    pages = 1
    while seen.response is not None and _has(seen, "More of it"):
        shown = await here.at.dana.click(seen.response.message, label="More of it")
        pages += 1
        asked = names(shown)
        filled: dict[str, Any] = {}
        if "approvers-named" in asked:
            assert "approvers" in asked
            filled = {"approvers": ["named"], "approvers-named": list(people)}
        seen = await here.fill(here.at.dana, shown, filled)
    assert pages >= 3
    (channel,) = await here.office.rows(Channel)
    return channel


def _has(seen: simcord.InteractionResult, label: str) -> bool:
    assert seen.response is not None
    return any(each.get("label") == label for row in seen.response.components for each in row["components"])


async def test_people_who_are_named_already(tmp_path: Path) -> None:
    """People and roles that are set stand in the select, and stay as they were given."""
    async with counter(tmp_path) as here:
        role = f"&{here.at.crew.id}|crew"
        fields = (
            Field(name="makers-named", label="The people", kind=FieldKind.PEOPLE, value=str(here.at.jo.id)),
            Field(name="makers-groups", label="The groups", value=role),
        )
        modal = Modal(action="change-settings", title="Channel settings", submit="Save", fields=fields)
        window = opened(modal, root="1", person="1", given={})
        (label,) = modal_of(window, "1").children
        chosen = label.component.default_values  # type: ignore[attr-defined]
        assert [(each.id, each.type.name) for each in chosen] == [(here.at.jo.id, "user"), (here.at.crew.id, "role")]
        assert window.before["makers-named"] == f"{here.at.jo.id} {role}"
        assert window.before["makers-groups"] == ""


@pytest.mark.parametrize("form", [Form.BUILD, Form.BATCH, Form.SETTINGS, Form.ASK_MORE])
async def test_every_form_fits(tmp_path: Path, form: Form) -> None:
    """Each page of each form is taken by Discord's rules for windows."""
    async with counter(tmp_path) as here:
        message = await here.put(Button(label="Open", action=form.value))
        shown = await here.at.dana.click(message, label="Open")
        assert shown.modal is not None
        assert 1 <= len(shown.modal["components"]) <= 5
        assert len(shown.modal["title"]) <= 45


async def test_the_forms_of_a_take(tmp_path: Path) -> None:
    """Budgets and an owner's no open as windows too."""
    async with counter(tmp_path) as here:
        message = await here.put(Button(label="Open", action="change-budget:channel"))
        shown = await here.at.dana.click(message, label="Open")
        assert "amount" in names(shown)
        seen = await here.fill(here.at.dana, shown, {"amount": "50", "period": ["month"]})
        assert seen.response is not None
        (channel,) = await here.office.rows(Channel)
        assert str(channel.policy.cap.amount) == "$50.00"


async def test_a_list_from_a_file(tmp_path: Path) -> None:
    """A list comes as a file of text, and what is no text is read as far as it can be."""
    async with counter(tmp_path) as here:
        shown = await here.clip("batch")
        assert names(shown) == ["list.1", "list.2", "list.3", "list.4", "file"]
        seen = await here.fill(here.at.mina, shown, {"file": ("list.csv", b"hero | a fox in snow\nlast | a mug")})
        assert "2 drafts" in _said(seen)


async def test_a_picture_that_comes_with_a_window(tmp_path: Path) -> None:
    """A picture is fetched for the order that it came with, and is not on our disk afterwards."""
    async with counter(tmp_path) as here, here.drawing():
        shown = await here.clip("image")
        assert names(shown) == ["prompt.1", "prompt.2", "pictures", "addresses", "ratio"]
        seen = await here.fill(here.at.mina, shown, {"prompt.1": "a fox", "pictures": ("fox.png", b"a picture")})
        (shot,) = await _shots(here)
        assert len(shot.pictures) == 1
        assert seen.response is not None
        assert seen.response.embeds
        assert list((tmp_path / "incoming").glob("*")) == []


async def test_a_file_that_is_no_picture(tmp_path: Path) -> None:
    """A file of another kind is named as the fault, and has to be given again."""
    async with counter(tmp_path) as here:
        shown = await here.clip("image")
        seen = await here.fill(here.at.mina, shown, {"prompt.1": "a fox", "pictures": ("fox.mp4", b"a clip")})
        assert "not a picture" in _said(seen)
        assert "again" in _said(seen)
        assert await here.takes() == []


async def test_a_picture_that_the_window_was_opened_with(tmp_path: Path) -> None:
    """A picture that was attached is fetched while the window is filled in, and outlives a restart."""
    async with counter(tmp_path) as here:
        shown = await here.clip("image", picture=("fox.png", b"a picture"))
        assert "pictures" not in names(shown)
        await here.restart()
        async with here.drawing():
            await here.fill(here.at.mina, shown, {"prompt.1": "a fox"})
        (shot,) = await _shots(here)
        assert len(shot.pictures) == 1


async def test_a_window_that_does_not_open(tmp_path: Path) -> None:
    """Where Discord takes no window, the answer says how to type the same."""
    async with counter(tmp_path) as here:
        here.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
        seen = await here.clip("build")
        assert "six parts" in _said(seen)


async def test_a_late_window(tmp_path: Path) -> None:
    """A window that comes too late to be opened is answered with how to type the same."""
    async with counter(tmp_path, patience_s=0.1) as here:
        here.late()
        seen, _ = await here.typed("build")
        assert "six parts" in _said(seen)


async def test_a_window_that_does_not_open_again(tmp_path: Path) -> None:
    """Where a window cannot be opened again, the button may be pressed once more; one that is too old says so."""
    async with counter(tmp_path) as here:
        shown = await here.clip("build")
        wrong = await here.fill(here.at.mina, shown, {"subject": " "})
        assert wrong.response is not None
        here.env.inject_error("POST", "/interactions/*/callback", status=500)
        seen = await here.at.mina.click(wrong.response.message, label="Correct it")
        assert "once more" in _said(seen)
        assert (await here.at.mina.click(wrong.response.message, label="Correct it")).modal


async def test_what_was_refused_may_be_asked_for_again(tmp_path: Path) -> None:
    """A window that is filled in while ordering is paused orders nothing; opened again afterwards it orders, once."""
    async with counter(tmp_path) as here, here.drawing():
        wrong = await here.fill(here.at.mina, await here.clip("build"), {"subject": " "})
        assert wrong.response is not None
        place = Place(workspace=here.at.workspace_id, channel=here.at.channel_id(here.at.launch), name="launch")
        dana = Actor(id=str(here.at.dana.id), name="dana", admin=True)
        await here.office.manager.handle(Pause(actor=dana, place=place, event="pause"))
        seen = await here.fill(
            here.at.mina, await here.at.mina.click(wrong.response.message, label="Correct it"), {"subject": "a fox"}
        )
        assert "paused" in _said(seen)
        await here.office.manager.handle(Resume(actor=dana, place=place, event="resume"))
        for _ in range(2):
            again = await here.at.mina.click(wrong.response.message, label="Correct it")
            seen = await here.fill(here.at.mina, again, {"subject": "a fox"})
        assert await prompts(here) == ["a fox"]
        assert "once" in _said(seen)


async def test_what_is_written_is_shown_to_nobody_else(tmp_path: Path) -> None:
    """A window's button that had to be said in the channel opens it for whoever filled it in, and for nobody else."""
    async with counter(tmp_path) as here:
        wrong = await here.fill(here.at.mina, await here.clip("build"), {"subject": " ", "action": "a secret"})
        assert wrong.response is not None
        (button,) = [each for row in wrong.response.components for each in row["components"]]
        message = await here.put(Button(label="Correct it", action=button["custom_id"]))
        seen = await here.at.jo.click(message, label="Correct it")
        assert seen.modal is None
        assert "somebody else" in _said(seen)
        assert defaults(await here.at.mina.click(message, label="Correct it"))["action"] == "a secret"


async def test_rows_that_cannot_be_read(tmp_path: Path) -> None:
    """A window that cannot be noted is not opened; of one that comes back it is said that ordering is stopped."""
    async with counter(tmp_path) as here:
        shown = await here.clip("build", subject="a fox")
        wrong = await here.fill(here.at.mina, await here.clip("build"), {"subject": " "})
        assert wrong.response is not None
        windows = here.desk.answering.windows

        async def broken(*_: Any, **__: Any) -> None:
            raise ChatBusy(WHY)

        object.__setattr__(windows, "keep", broken)
        assert "six parts" in _said(await here.clip("build"))
        object.__setattr__(windows, "known", broken)
        assert "stopped" in _said(await here.fill(here.at.mina, shown, {}))
        assert "once more" in _said(await here.at.mina.click(wrong.response.message, label="Correct it"))


async def test_a_list_whose_file_is_gone(tmp_path: Path) -> None:
    """A list that cannot be fetched is at fault by its field."""
    async with counter(tmp_path) as here:
        shown = await here.clip("batch")
        here.desk.attachments._doors = frozenset()  # type: ignore[attr-defined]  # noqa: SLF001 - nothing is to be had
        seen = await here.fill(here.at.mina, shown, {"file": ("list.csv", b"a fox")})
        assert "Or a file, as CSV or text: " in _said(seen)


async def test_an_owners_no() -> None:
    """A window with room to spare says what it is about above its fields, in text that does nothing else."""
    fields = (Field(name="why", label="Why", kind=FieldKind.TEXT),)
    about = "@everyone asks for *it* at $1.50."
    modal = Modal(action="decline:A7K:1", title="Decline A7K", submit="Decline", fields=fields, about=about)
    shown = modal_of(opened(modal, root="1", person="1", given={}), "1").to_dict()["components"]
    assert [each["type"] for each in shown] == [10, 18]
    assert "*it*" not in shown[0]["content"]
    assert "@everyone" not in shown[0]["content"]


async def test_many_people() -> None:
    """More people than a select holds, or one by another name, are typed."""
    value = " ".join(str(10**17 + number) for number in range(26))
    for named in (value, "@jo"):
        fields = (Field(name="makers-named", label="The people", kind=FieldKind.PEOPLE, value=named),)
        modal = Modal(action="change-settings", title="Channel settings", submit="Save", fields=fields)
        (shown,) = modal_of(opened(modal, root="1", person="1", given={}), "1").to_dict()["components"]
        assert (shown["component"]["type"], shown["component"]["value"]) == (4, named)


async def test_a_window_of_nobody(tmp_path: Path) -> None:
    """A window that is not known any more is answered, and does nothing."""
    async with counter(tmp_path) as here:
        shown = await here.clip("build", subject="a fox")
        for note in await here.office.rows(Note):
            await here.office.store.transact(lambda tx, own=note.id: tx.delete(Note, own))  # type: ignore[misc]
        seen = await here.fill(here.at.mina, shown, {"action": "runs"})
        assert "too old" in _said(seen)
        assert await here.takes() == []


def _said(seen: simcord.InteractionResult) -> str:
    found = [each for each in (seen.response, *seen.followups) if each is not None]
    return found[-1].content
