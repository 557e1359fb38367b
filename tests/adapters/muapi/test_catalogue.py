"""The packaged catalogue, and an owner's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from adapters.muapi.catalogue import MOST_BYTES, load_catalogue
from bot.core.catalogue import Catalogue, CatalogueError, usual_ms
from bot.core.money import Money

TEXT = files("adapters.muapi").joinpath("catalogue.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The packaged catalogue."""
    return load_catalogue()


def test_only_mini_is_on_at_first(catalogue: Catalogue) -> None:
    """Every model of the table is there; mini alone has a confirmed price and is on."""
    assert [model.name for model in catalogue.models] == [
        "mini",
        "fast",
        "standard",
        "vip",
        "2.5",
        "kling",
        "hailuo",
        "wan",
    ]
    assert [model.name for model in catalogue.on] == ["mini"]
    assert [model.name for model in catalogue.models if model.price.confirmed] == ["mini"]


def test_mini_is_what_the_guide_says(catalogue: Catalogue) -> None:
    """Limits, prices and times of mini are the guide's."""
    mini = catalogue.model("mini")

    assert (mini.prompt_characters, mini.least_seconds, mini.most_seconds) == (20_000, 4, 15)
    assert mini.ratios == ("16:9", "9:16", "1:1", "3:4", "4:3", "21:9")
    assert (mini.resolutions, mini.draft_resolution, mini.final_resolution) == (("480p", "720p"), "480p", "720p")
    assert (mini.quote("480p", 4), mini.quote("720p", 15)) == (Money.usd("0.32"), Money.usd("2.25"))
    assert (usual_ms(mini, "720p", 5), usual_ms(mini, "720p", 15)) == (48_000, 180_000)
    assert (usual_ms(mini, "480p", 5), usual_ms(mini, "480p", 4)) == (24_000, 19_200)


@pytest.mark.parametrize(
    ("mode", "pictures", "endpoint", "named"),
    [
        ("text", (), "seedance-2-mini-text-to-video", {}),
        ("image", ("https://a/1",), "seedance-2-mini-image-to-video", {"image_url": "https://a/1"}),
        ("omni", ("https://a/1",), "seedance-2-mini-omni-reference", {"images_list": ["https://a/1"]}),
    ],
)
def test_an_order_for_mini_is_the_guides(
    catalogue: Catalogue, mode: str, pictures: tuple[str, ...], endpoint: str, named: dict[str, object]
) -> None:
    """The endpoint and the body are those of the guide."""
    order = catalogue.model("mini").order(
        mode,
        prompt="a mug",
        ratio="16:9",
        resolution="720p",
        seconds=5,
        audio=True,
        high_bitrate=True,
        picture_urls=pictures,
    )

    assert order.endpoint == endpoint
    assert order.payload == {
        "prompt": "a mug",
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "duration": 5,
        "generate_audio": True,
        "high_bitrate": True,
        **named,
    }


@pytest.mark.parametrize(
    ("model", "resolution", "seconds", "price", "endpoint"),
    [
        ("fast", "720p", 5, "0.75", "seedance-2-text-to-video-fast"),
        ("standard", "720p", 5, "1.50", "seedance-2-text-to-video"),
        ("vip", "1080p", 4, "2.70", "seedance-2-vip-text-to-video-1080p"),
        ("vip", "720p", 4, "1.20", "seedance-2-vip-text-to-video"),
        ("2.5", "480p", 4, "0.68", "seedance-2.5-text-to-video-480p"),
        ("2.5", "4k", 30, "51", "seedance-2.5-text-to-video-4k"),
        ("kling", "pro", 7, "1.44", "kling-v3.0-pro-text-to-video"),
        ("hailuo", "2k", 5, "0.9125", "minimax-h3-text-to-video"),
        ("wan", "1080p", 2, "0.20", "wan2.7-text-to-video"),
    ],
)
def test_the_others_are_ready_to_be_switched_on(
    catalogue: Catalogue, *, model: str, resolution: str, seconds: int, price: str, endpoint: str
) -> None:
    """Each model of the table can be quoted and ordered as it is described."""
    (found,) = (each for each in catalogue.models if each.name == model)

    order = found.order(
        "text", prompt="x", ratio="16:9", resolution=resolution, seconds=seconds, audio=True, high_bitrate=False
    )

    assert found.quote(resolution, seconds) == Money.usd(price)
    assert order.endpoint == endpoint


def test_the_vendors_form_of_pictures_is_one_line_away(tmp_path: Path) -> None:
    """The line that the file names makes image-to-video take a list, as the vendor's documents have it."""
    guide = 'pictures = { least = 1, most = 1, fields = ["image_url"] }'
    vendor = 'pictures = { least = 1, most = 9, list = "images_list" }'
    head, _, tail = TEXT.partition(guide)
    assert f"# {vendor}" in head
    own = tmp_path / "own.toml"
    own.write_text(head + vendor + tail, encoding="utf-8")

    order = (
        load_catalogue(own)
        .model("mini")
        .order(
            "image",
            prompt="x",
            ratio="1:1",
            resolution="480p",
            seconds=4,
            audio=True,
            high_bitrate=False,
            picture_urls=("https://a/1", "https://a/2"),
        )
    )

    assert order.payload["images_list"] == ["https://a/1", "https://a/2"]


def test_a_price_without_quotes_is_exact_too(tmp_path: Path) -> None:
    """An owner who forgets the quotes gets the same amount, to the millionth."""
    own = tmp_path / "own.toml"
    own.write_text(TEXT.replace('"480p" = "0.08"', '"480p" = 0.0825'), encoding="utf-8")

    assert load_catalogue(own).model("mini").quote("480p", 4) == Money.usd("0.33")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"priced_on = ", "own.toml is no TOML file: "),
        (b"\xff\xfe", "own.toml is no text in UTF-8; save it as such."),
        (b" " * (MOST_BYTES + 1), "own.toml is larger than 1,048,576 bytes; it is no catalogue."),
        (b"", "models: is missing; add the table."),
        (None, "own.toml cannot be read: No such file or directory."),
    ],
)
def test_an_owners_file_that_cannot_be_used_is_said(tmp_path: Path, content: bytes | None, problem: str) -> None:
    """Each way in which a file can be wrong has its sentence."""
    own = tmp_path / "own.toml"
    if content is not None:
        own.write_bytes(content)

    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own)

    assert problem in str(caught.value)
