"""What a model takes, costs and sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from bot.core.catalogue import Catalogue, Field, Mode, Model, Pictures, Price, usual_ms
from bot.core.errors import Refusal
from bot.core.money import Money
from bot.core.ports import Order

FIELDS = MappingProxyType(
    {
        Field.PROMPT: "prompt",
        Field.RATIO: "aspect_ratio",
        Field.RESOLUTION: "resolution",
        Field.SECONDS: "duration",
        Field.AUDIO: "generate_audio",
        Field.BITRATE: "high_bitrate",
    }
)


def mode(name: str, pictures: Pictures | None = None) -> Mode:
    endpoints = MappingProxyType({"480p": f"mini-{name}-small", "720p": f"mini-{name}"})
    return Mode(name=name, endpoints=endpoints, fields=FIELDS, pictures=pictures)


MINI = Model(
    name="mini",
    title="Mini",
    on=True,
    prompt_characters=20_000,
    least_seconds=4,
    most_seconds=15,
    ratios=("16:9", "9:16", "1:1"),
    resolutions=("480p", "720p"),
    draft_resolution="480p",
    final_resolution="720p",
    price=Price(
        rates=MappingProxyType({"480p": Money.usd("0.08"), "720p": Money.usd("0.15")}), block_s=1, confirmed=True
    ),
    modes=MappingProxyType(
        {
            "text": mode("text"),
            "image": mode("image", Pictures(least=1, most=2, fields=("image_url", "last_image"))),
            "omni": mode("omni", Pictures(least=1, most=9, in_list="images_list")),
            "first-last": mode("first-last", Pictures(least=2, most=2, fields=("first", "last"))),
            "one": mode("one", Pictures(least=1, most=1, fields=("image_url",))),
        }
    ),
    usual_s=MappingProxyType({"480p": ((5, 24), (15, 90)), "720p": ((5, 48), (10, 100), (15, 180))}),
)
VIP = replace(MINI, name="vip", on=False, price=replace(MINI.price, confirmed=False))
KLING = replace(MINI, name="kling", on=False)
CATALOGUE = Catalogue(priced_on=date(2026, 6, 15), models=(MINI, VIP, KLING))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sora", "model is mini; you asked for sora."),
        ("vip", "model is mini; vip is off, its price is not confirmed."),
        ("kling", "model is mini; kling is off."),
    ],
)
def test_a_model_that_is_not_offered_is_refused_with_those_that_are(name: str, sentence: str) -> None:
    """A model that is unknown or off is refused, and the sentence names the models that are on."""
    with pytest.raises(Refusal) as caught:
        CATALOGUE.model(name)

    assert caught.value.sentence == sentence
    assert caught.value.allowed == ("mini",)


def test_a_model_that_is_on_is_found() -> None:
    """A model that is on is given by its short name."""
    assert CATALOGUE.model("mini") is MINI
    assert CATALOGUE.on == (MINI,)


def test_with_every_model_off_the_refusal_says_so() -> None:
    """A catalogue that offers nothing refuses in a sentence too."""
    with pytest.raises(Refusal, match=r"model is nothing \(every model is off\); vip is off"):
        Catalogue(priced_on=date(2026, 6, 15), models=(VIP,)).model("vip")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"prompt": " \n"}, "The prompt is empty; write what the clip shows."),
        ({"prompt": "x" * 20_001}, "prompt is at most 20,000 characters for mini; yours has 20,001."),
        ({"ratio": "2:1"}, "ratio is 16:9, 9:16 or 1:1 for mini; you asked for 2:1."),
        ({"resolution": "1080p"}, "resolution is 480p or 720p for mini; you asked for 1080p."),
        ({"seconds": 30}, "seconds is 4 to 15 for mini; you asked for 30."),
        ({"seconds": 3}, "seconds is 4 to 15 for mini; you asked for 3."),
        ({"mode": "video"}, "mini is made from text, image, omni, first-last, one; you asked for video."),
        ({"pictures": 1}, "text takes no pictures for mini; you gave 1."),
        ({"mode": "image", "pictures": 0}, "image takes 1 to 2 pictures for mini; you gave none."),
        ({"mode": "omni", "pictures": 10}, "omni takes 1 to 9 pictures for mini; you gave 10."),
        ({"mode": "first-last", "pictures": 1}, "first-last takes 2 pictures for mini; you gave 1."),
        ({"mode": "one", "pictures": 2}, "one takes 1 picture for mini; you gave 2."),
    ],
)
def test_a_bad_option_is_refused(change: dict[str, object], sentence: str) -> None:
    """The refusal names the option, what was given, and what is allowed."""
    good: dict[str, object] = {
        "mode": "text",
        "prompt": "a fox",
        "ratio": "16:9",
        "resolution": "480p",
        "seconds": 4,
        "pictures": 0,
    }
    given = good | change

    with pytest.raises(Refusal) as caught:
        MINI.check(given.pop("mode"), **given)  # type: ignore[arg-type]

    assert caught.value.sentence == sentence


@pytest.mark.parametrize(("seconds", "ratio"), [(4, "16:9"), (15, "1:1")])
def test_an_order_at_the_limits_passes(seconds: int, ratio: str) -> None:
    """Both ends of a range are allowed, and so is the longest prompt."""
    MINI.check("text", prompt="x" * 20_000, ratio=ratio, resolution="720p", seconds=seconds, pictures=0)


@pytest.mark.parametrize(
    ("resolution", "seconds", "price"),
    [
        ("480p", 4, "0.32"),
        ("480p", 5, "0.40"),
        ("480p", 10, "0.80"),
        ("480p", 15, "1.20"),
        ("720p", 4, "0.60"),
        ("720p", 5, "0.75"),
        ("720p", 10, "1.50"),
        ("720p", 15, "2.25"),
    ],
)
def test_the_guides_price_table_is_quoted_exactly(resolution: str, seconds: int, price: str) -> None:
    """A quote is seconds times the rate."""
    assert MINI.quote(resolution, seconds) == Money.usd(price)


@pytest.mark.parametrize(
    ("resolution", "seconds", "option"), [("4k", 5, "resolution"), ("720p", 16, "seconds"), ("720p", 0, "seconds")]
)
def test_what_a_model_does_not_have_has_no_price(resolution: str, seconds: int, option: str) -> None:
    """Nothing is quoted that could not be ordered."""
    with pytest.raises(Refusal, match=f"^{option} is "):
        MINI.quote(resolution, seconds)


@pytest.mark.parametrize(("seconds", "price"), [(3, "0.72"), (5, "0.72"), (6, "1.44"), (10, "1.44"), (15, "2.16")])
def test_a_begun_block_counts_in_full(seconds: int, price: str) -> None:
    """A price for some seconds at once is never held too low."""
    rates = MappingProxyType({"standard": Money.usd("0.72")})
    assert Price(rates=rates, block_s=5, confirmed=False).quote("standard", seconds) == Money.usd(price)


def test_a_rate_finer_than_a_cent_is_exact() -> None:
    """A rate of a fraction of a cent is multiplied without rounding, and shown as it is."""
    price = Price(rates=MappingProxyType({"2k": Money.usd("0.1825")}), block_s=1, confirmed=False)

    assert price.quote("2k", 7) == Money(1_277_500)
    assert price.says("2k") == "$0.1825 per second"
    assert replace(price, block_s=5).says("2k") == "$0.1825 per 5 s begun"


BODY: dict[str, object] = {
    "prompt": "a fox",
    "aspect_ratio": "9:16",
    "resolution": "720p",
    "duration": 5,
    "generate_audio": True,
    "high_bitrate": False,
}


@pytest.mark.parametrize(
    ("mode", "pictures", "named"),
    [
        ("text", (), {}),
        ("image", ("https://a/1",), {"image_url": "https://a/1"}),
        ("image", ("https://a/1", "https://a/2"), {"image_url": "https://a/1", "last_image": "https://a/2"}),
        ("omni", ("https://a/1", "https://a/2"), {"images_list": ["https://a/1", "https://a/2"]}),
    ],
)
def test_an_order_speaks_the_providers_words(mode: str, pictures: tuple[str, ...], named: dict[str, object]) -> None:
    """The body has the model's own field names, the pictures in the form of the mode, twice the same."""
    orders = [
        MINI.order(
            mode,
            prompt="a fox",
            ratio="9:16",
            resolution="720p",
            seconds=5,
            audio=True,
            high_bitrate=False,
            picture_urls=pictures,
        )
        for _ in range(2)
    ]

    assert orders[0] == orders[1] == Order(endpoint=f"mini-{mode}", payload=BODY | named)


def test_an_option_without_a_field_is_not_sent_and_the_resolution_picks_the_endpoint() -> None:
    """A model whose endpoint names the resolution gets no field for it."""
    plain = replace(MINI.modes["text"], fields=MappingProxyType({Field.PROMPT: "text", Field.SECONDS: "length"}))
    model = replace(MINI, modes=MappingProxyType({"text": plain}))

    order = model.order(
        "text", prompt="a fox", ratio="1:1", resolution="480p", seconds=4, audio=False, high_bitrate=True
    )

    assert order == Order(endpoint="mini-text-small", payload={"text": "a fox", "length": 4})


def test_an_order_is_checked() -> None:
    """No body is written for what the model cannot take."""
    with pytest.raises(Refusal, match="seconds is 4 to 15"):
        MINI.order("text", prompt="x", ratio="1:1", resolution="480p", seconds=99, audio=True, high_bitrate=False)


@pytest.mark.parametrize(
    ("resolution", "seconds", "expected"),
    [
        ("720p", 4, 38_400),
        ("720p", 5, 48_000),
        ("720p", 6, 58_400),
        ("720p", 10, 100_000),
        ("720p", 11, 116_000),
        ("720p", 15, 180_000),
        ("720p", 30, 360_000),
        ("480p", 5, 24_000),
        ("480p", 15, 90_000),
    ],
)
def test_the_usual_time_runs_through_the_points(resolution: str, seconds: int, expected: int) -> None:
    """Between two points the time is linear, outside them in proportion."""
    assert usual_ms(MINI, resolution, seconds) == expected


def test_there_is_no_usual_time_for_an_unknown_resolution() -> None:
    """A resolution that the model does not have is refused here too."""
    with pytest.raises(Refusal, match="resolution is 480p or 720p"):
        usual_ms(MINI, "8k", 5)


def test_a_model_can_be_looked_up_whether_it_is_on_or_off() -> None:
    """What was ordered once is shown for ever; a model that is listed no more is not there."""
    found = CATALOGUE.known("vip")
    assert found is not None
    assert not found.on
    assert CATALOGUE.known("gone") is None
