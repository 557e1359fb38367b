"""The verbs that order, as product.md has them: draft, image, ref, final, again, remix, and the tip."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.commands import Draft, OrderOptions
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.rows import Line, Shot, Slate, Take
from tests.jobs.acts import drafted, presses, sets, state_of, types
from tests.jobs.conftest import JO, MINA, ON_BOTH_STORES, Office


@ON_BOTH_STORES
async def test_a_prompt_is_one_draft(office: Office) -> None:
    """One draft of 4 s at 480p is held and ordered; the answer names price, lengths and what is left."""
    notice = await types(office, "/clip a fox in snow")
    assert notice.text == (
        "1 draft of 4 s at 480p: $0.32 held. The final will be 5 s at 720p, $0.75.\n"
        "#launch has $49.68 of $50.00 left until 1 Dec."
    )
    take = (await office.rows(Take))[0]
    assert (take.state, take.stage, take.held, take.person) == (State.QUEUED, Stage.DRAFT, Money.usd("0.32"), "mina")
    assert notice.card == take.card == take.id
    for scope in ("channel:local:launch", "workspace:local", "person:local/mina"):
        assert (await office.budget(scope)).held == Money.usd("0.32")


async def test_count_rolls_the_prompt_again(office: Office) -> None:
    """``--count 3`` is a slate of three drafts with the same prompt, numbered from one."""
    notice = await types(office, "/clip a fox in snow --count 3")
    takes = await office.rows(Take, order=("number",))
    assert [take.id for take in takes] == [f"{notice.card}-{number}" for number in (1, 2, 3)]
    assert {shot.prompt for shot in await office.rows(Shot)} == {"a fox in snow"}
    assert "3 drafts of 4 s at 480p: $0.96 held. Finals will be 5 s at 720p, $0.75 each." in notice.text


@ON_BOTH_STORES
async def test_variants_are_one_take_each(office: Office) -> None:
    """Each variant is a take whose label is the words that differ; the slate keeps the prompt as typed."""
    await types(office, "/clip a mug on {marble|oak|steel}")
    takes = await office.rows(Take, order=("number",))
    assert [take.label for take in takes] == ["marble", "oak", "steel"]
    assert (await office.rows(Slate))[0].prompt == "a mug on {marble|oak|steel}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/clip a mug on {1|2|3|4} --count 3", "That makes 12 takes; at most 10 are ordered at once"),
        ("/clip a fox --ratio 16:9 --model mini", "$0.32 held"),
    ],
)
async def test_count_times_variants_is_at_most_ten(office: Office, line: str, said: str) -> None:
    """More than ten takes are refused with the number; nothing is held."""
    assert said in (await types(office, line)).text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (OrderOptions(ratio="5:4"), "ratio is"),
        (OrderOptions(seconds=99), "seconds is 4 to 15"),
        (OrderOptions(draft_seconds=3), "seconds is 4 to 15"),
        (OrderOptions(model="giant"), "model is mini; you asked for giant"),
        (OrderOptions(count=11), "count is 1 to 10; you asked for 11"),
        (OrderOptions(look="match", refs=tuple("abcdefghi")), "there is no room for the draft's frame"),
        (OrderOptions(refs=tuple("abcdefghij")), "you gave 10"),
    ],
)
async def test_a_bad_option_is_refused(office: Office, options: OrderOptions, said: str) -> None:
    """At once, privately, with the option and its allowed values; nothing is held and no picture fetched."""
    notice = await office.handle(Draft, prompt="a fox in snow", options=options)
    assert said in notice.text
    assert notice.private
    assert notice.needed
    assert await office.rows(Take) == []
    assert await office.rows(Line) == []


@pytest.mark.parametrize(("prompt", "said"), [(" \n", "The prompt is empty"), ("x" * 20_001, "20,001 characters")])
async def test_a_bad_prompt_is_refused(office: Office, prompt: str, said: str) -> None:
    """An empty prompt and one that is too long hold nothing."""
    assert said in (await office.handle(Draft, prompt=prompt)).text
    assert await office.rows(Take) == []


@ON_BOTH_STORES
async def test_image_animates_a_picture(office: Office) -> None:
    """``image`` is image-to-video from the picture that was given."""
    await types(office, "/clip image: the fox turns its head --image https://pictures.example/fox.png")
    await office.work()
    assert (await office.rows(Shot))[0].pictures == ("fox.png",)
    assert "fox.png" in str(next(iter(office.provider.orders.values())).payload)


async def test_ref_takes_up_to_nine_pictures(office: Office) -> None:
    """``ref`` is an omni reference with one to nine pictures, in the order given."""
    pictures = " ".join(f"--ref{number} https://pictures.example/{number}.png" for number in range(1, 10))
    await types(office, f"/clip ref: the fox and the mug {pictures}")
    shot = (await office.rows(Shot))[0]
    assert (shot.mode, shot.pictures) == ("omni", tuple(f"{number}.png" for number in range(1, 10)))


@pytest.mark.parametrize(("given", "mode"), [({"image": "f/a.png"}, "image"), ({"refs": ("f/a.png",)}, "omni")])
async def test_a_draft_with_pictures_uses_them(office: Office, given: dict[str, Any], mode: str) -> None:
    """A draft becomes image-to-video or an omni reference by the pictures that are given with it."""
    await office.order(**given)
    assert (await office.rows(Shot))[0].mode == mode


async def test_image_without_a_picture_is_refused(office: Office) -> None:
    """Without a picture the answer says how many it takes."""
    assert "image takes 1 picture" in (await office.handle(Draft, prompt="a fox", mode="image")).text


@ON_BOTH_STORES
async def test_a_direct_final_is_confirmed(office: Office) -> None:
    """``final:`` goes straight to 720p at the full length; it is held, and ordered with the maker's yes."""
    notice = await types(office, "/clip final: lap of a race car --seconds 10")
    take = (await office.rows(Take))[0]
    assert notice.text == (
        "1 final of 10 s at 720p: $1.50 held for 15 minutes. Order it?\n#launch has $48.50 of $50.00 left until 1 Dec."
    )
    assert (take.stage, take.state, take.held, notice.card) == (Stage.FINAL, State.ASKED, Money.usd("1.50"), None)
    answer = await presses(office, "Order", notice)
    assert answer.text == f"{take.id} is ordered · $1.50 held."
    await office.work()
    assert await state_of(office, take) is State.DELIVERED


async def test_a_direct_final_is_for_approvers(office: Office) -> None:
    """Who is no approver orders no final, neither anew nor as the same once more; an approver need not be a maker."""
    await sets(office, "settings approvers=@jo makers=@mina,@dana")
    assert "by its approvers" in (await types(office, "/clip final: a race car", MINA)).text
    notice = await types(office, "/clip final: a race car", JO)
    await presses(office, "Order", notice, JO)
    take = (await office.rows(Take))[0]
    assert take.state is State.QUEUED
    assert "by its approvers" in (await types(office, f"/clip again {take.id}", MINA)).text


@ON_BOTH_STORES
async def test_again_is_the_same_shot_once_more(office: Office) -> None:
    """``again`` of a draft makes another card with the same shot, for the person who asks."""
    first = (await drafted(office, seconds=9, ratio="1:1"))[0]
    await types(office, f"/clip again {first.id}", JO)
    shots = [replace(shot, id="", created_at=0) for shot in await office.rows(Shot)]
    assert shots[0] == shots[1]
    second = next(take for take in await office.rows(Take) if take.id != first.id)
    assert (second.person, second.state, second.card) == ("jo", State.QUEUED, second.id)
    assert (await office.budget("person:local/jo")).held == Money.usd("0.32")


@ON_BOTH_STORES
async def test_again_of_a_slate_is_confirmed(office: Office) -> None:
    """A whole slate is made again with its variants, once its price is confirmed."""
    takes = await drafted(office, "a mug on {oak|steel}")
    notice = await types(office, f"/clip again {takes[0].card}")
    assert notice.text.startswith("2 drafts of 4 s at 480p: $0.64 held")
    await presses(office, "Order", notice)
    new = await office.rows(Take, state=State.QUEUED, order=("number",))
    assert [take.label for take in new] == ["oak", "steel"]
    assert [slate.prompt for slate in await office.rows(Slate)] == ["a mug on {oak|steel}"] * 2


@ON_BOTH_STORES
async def test_remix_keeps_what_is_not_said(office: Office) -> None:
    """``remix`` is the same shot with an edited prompt; lengths, shape and pictures stay as they were."""
    first = (await office.order("a fox in snow", seconds=9, ratio="9:16", image="f/fox.png"))[0]
    await types(office, f"/clip remix {first.id}: a fox in rain --seconds 11")
    shot = next(shot for shot in await office.rows(Shot) if shot.prompt == "a fox in rain")
    assert (shot.seconds, shot.ratio, shot.mode, shot.pictures) == (11, "9:16", "image", ("fox.png",))


async def test_remix_with_new_pictures_uses_those(office: Office) -> None:
    """Pictures that are given with the remix replace the old ones, and the mode with them."""
    first = (await office.order("a fox in snow", image="f/fox.png"))[0]
    await types(office, f"/clip remix {first.id}: a fox in rain --ref1 https://pictures.example/hat.png")
    shot = next(shot for shot in await office.rows(Shot) if shot.prompt == "a fox in rain")
    assert (shot.mode, shot.pictures) == ("omni", ("hat.png",))


async def test_remix_of_a_final_is_a_draft(office: Office) -> None:
    """Nothing is finished by being edited."""
    await presses(office, "Order", await types(office, "/clip final: a race car"))
    final = (await office.rows(Take))[0]
    await types(office, f"/clip remix {final.id}: a race car at night")
    assert {take.stage for take in await office.rows(Take) if take.id != final.id} == {Stage.DRAFT}


async def test_a_tip_never_blocks_an_order(office: Office) -> None:
    """Negative words are ordered as they are; *Use it* orders the positive ones."""
    notice = await types(office, "/clip a fox in snow, no motion blur")
    assert "Tip: the model follows positive words better" in notice.text
    assert notice.beside == notice.text.splitlines()[-1]
    await presses(office, "Use it", notice)
    prompts = [shot.prompt for shot in await office.rows(Shot, order=("id",))]
    assert prompts[0] == "a fox in snow, no motion blur"
    assert "blur" not in prompts[1]
    assert len(await office.rows(Take, state=State.QUEUED)) == 2


@ON_BOTH_STORES
async def test_a_slates_tip_is_for_all_of_it(office: Office) -> None:
    """*Use it* makes every variant anew as often as it was rolled, once its price is confirmed."""
    notice = await types(office, "/clip a mug on {oak|steel}, no motion blur --count 2")
    again = await presses(office, "Use it", notice)
    assert "Order them?" in again.text
    assert len(await office.rows(Take, state=State.ASKED)) == 4
    assert [slate.count for slate in await office.rows(Slate)] == [4, 4]


async def test_where_there_is_nothing_to_better(office: Office) -> None:
    """A forged tip of a prompt without negative words orders nothing."""
    notice = await types(office, "/clip a fox in snow, no motion blur")
    plain = (await office.order("a fox in rain"))[0]
    notice = replace(notice, buttons=(replace(notice.buttons[0], action=f"tip:{plain.id}"),))
    assert "already says what it wants" in (await presses(office, "Use it", notice)).text
