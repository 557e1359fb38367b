"""How a catalogue's file is read, and what is said about its mistakes."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.core.catalogue import CatalogueError, Field, read_catalogue
from bot.core.money import Money

GOOD: dict[str, Any] = {
    "priced_on": date(2026, 6, 15),
    "models": {
        "mini": {
            "title": "Mini",
            "on": True,
            "prompt_characters": 100,
            "seconds": {"least": 4, "most": 15},
            "ratios": ["16:9", "1:1"],
            "resolutions": ["480p", "720p"],
            "draft_resolution": "480p",
            "final_resolution": "720p",
            "price": {"confirmed": True, "usd": {"480p": "0.08", "720p": Decimal("0.15")}},
            "usual_s": {"480p": [[5, 24]], "720p": [[5, 48], [15, 180]]},
            "fields": {"prompt": "prompt", "seconds": "duration"},
            "modes": {
                "text": {"endpoint": "mini-text"},
                "image": {"endpoint": "mini-image", "pictures": {"least": 1, "most": 1, "fields": ["image_url"]}},
            },
        }
    },
}
DELETE = object()


def changed(path: str, value: object) -> dict[str, Any]:
    """The good catalogue with one field (given as ``models/mini/title``) set to another value, or deleted."""
    data = copy.deepcopy(GOOD)
    *folders, name = path.split("/")
    table = data
    for folder in folders:
        table = table[folder]
    if value is DELETE:
        del table[name]
    else:
        table[name] = value
    return data


def test_how_a_prompt_names_pictures_is_read() -> None:
    """Where it can; else it names none."""
    image = {"endpoint": "mini-image", "pictures": {"least": 1, "most": 2, "list": "images", "named": "@image"}}
    pictures = read_catalogue(changed("models/mini/modes/image", image)).model("mini").modes["image"].pictures
    plain = read_catalogue(GOOD).model("mini").modes["image"].pictures
    assert pictures is not None
    assert plain is not None
    assert (pictures.naming(2), plain.naming(1)) == ("@image2", "")


def test_a_good_catalogue_is_read() -> None:
    """Every field of the file has its place in the model."""
    catalogue = read_catalogue(GOOD)
    mini = catalogue.model("mini")

    assert catalogue.priced_on == date(2026, 6, 15)
    assert (mini.title, mini.prompt_characters, mini.least_seconds, mini.most_seconds) == ("Mini", 100, 4, 15)
    assert (mini.ratios, mini.resolutions) == (("16:9", "1:1"), ("480p", "720p"))
    assert (mini.draft_resolution, mini.final_resolution) == ("480p", "720p")
    assert mini.quote("720p", 5) == Money.usd("0.75")
    assert mini.usual_s["720p"] == ((5, 48), (15, 180))
    assert mini.modes["text"].endpoints == {"480p": "mini-text", "720p": "mini-text"}
    assert mini.modes["text"].fields == {Field.PROMPT: "prompt", Field.SECONDS: "duration"}
    assert mini.modes["text"].pictures is None
    assert mini.modes["image"].pictures is not None


MINI = "models/mini"


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("priced_on", "june", "priced_on: is 'june'; write the day on which the prices were read, like 2026-06-15."),
        ("priced_on", datetime(2026, 6, 15, tzinfo=UTC), "priced_on: is datetime.datetime(2026, 6, 15"),
        ("models", DELETE, "models: is missing; add the table."),
        ("models", [], "models: is no table; write it as a table of fields."),
        ("extra", 1, "extra: is no field here; remove it, or write one of priced_on, models."),
        (f"{MINI}/title", " ", "models.mini.title: is ' '; write a text in quotes."),
        (f"{MINI}/title", DELETE, "models.mini.title: is missing; write a text in quotes."),
        (f"{MINI}/on", "yes", "models.mini.on: is 'yes'; write true or false."),
        (f"{MINI}/onn", True, "models.mini.onn: is no field here; remove it, or write one of resolutions, "),
        (f"{MINI}/prompt_characters", 0, "prompt_characters: is 0; write a whole number, 1 to 1,000,000."),
        (f"{MINI}/prompt_characters", True, "prompt_characters: is True; write a whole number"),
        (f"{MINI}/seconds/most", 3, "models.mini.seconds.most: is 3; write a whole number, 4 to 600."),
        (f"{MINI}/seconds/least", "4", "models.mini.seconds.least: is '4'; write a whole number, 1 to 600."),
        (f"{MINI}/seconds", 5, "models.mini.seconds: is no table"),
        (f"{MINI}/ratios", "16:9", "models.mini.ratios: is '16:9'; write a list of different texts."),
        (f"{MINI}/ratios", [], "models.mini.ratios: is []; write a list of different texts."),
        (f"{MINI}/ratios", ["1:1", "1:1"], "write a list of different texts."),
        (f"{MINI}/ratios", [1], "models.mini.ratios: is [1]; write a list of different texts."),
        (f"{MINI}/draft_resolution", "360p", "draft_resolution: is '360p'; write one of 480p, 720p."),
        (f"{MINI}/price/confirmed", False, "models.mini.on: is true, but the price is not confirmed; write on = false"),
        (f"{MINI}/price/usd/480p", 0.08, 'price.usd.480p: is 0.08; write dollars as a text, like "0.15".'),
        (f"{MINI}/price/usd/480p", "free", "models.mini.price.usd.480p: is 'free'; write dollars as a text"),
        (f"{MINI}/price/usd/480p", "0", "models.mini.price.usd.480p: is '0'; write dollars as a text"),
        (f"{MINI}/price/usd/480p", True, "models.mini.price.usd.480p: is True; write dollars as a text"),
        (f"{MINI}/price/usd/480p", DELETE, "models.mini.price.usd.480p: is missing; write dollars as a text"),
        (f"{MINI}/price/usd/4k", "1", "models.mini.price.usd.4k: is no field here; remove it"),
        (f"{MINI}/price/block_seconds", 0, "models.mini.price.block_seconds: is 0; write a whole number, 1 to 600."),
        (f"{MINI}/usual_s/480p", [], "usual_s.480p: is []; write pairs of seconds by rising length"),
        (f"{MINI}/usual_s/480p", [[5, 48], [5, 50]], "usual_s.480p: is [[5, 48], [5, 50]]; write pairs"),
        (f"{MINI}/usual_s/480p", [[5, 0]], "usual_s.480p: is [[5, 0]]; write pairs"),
        (f"{MINI}/usual_s/480p", "48", "usual_s.480p: is '48'; write pairs"),
        (f"{MINI}/usual_s/480p", DELETE, "usual_s.480p: is missing; write pairs"),
        (f"{MINI}/fields/prompt", DELETE, "fields.prompt: is missing; write the provider's name of the field."),
        (f"{MINI}/fields/seconds", "prompt", "models.mini.fields: names one field twice"),
        (
            f"{MINI}/fields/length",
            "x",
            "models.mini.fields.length: is no field here; remove it, or write one of prompt",
        ),
        (f"{MINI}/modes", {}, "models.mini.modes: is empty; describe at least the mode text."),
        (f"{MINI}/modes/video", {"endpoint": "x"}, "models.mini.modes.video: is no mode; write one of text, image"),
        (f"{MINI}/modes/image/pictures", DELETE, "modes.image.pictures: is missing; say how many pictures"),
        (f"{MINI}/modes/image/pictures/list", "l", "modes.image.pictures: needs one of list and fields; keep the one"),
        (f"{MINI}/modes/image/pictures/fields", DELETE, "modes.image.pictures: needs one of list and fields"),
        (f"{MINI}/modes/image/pictures/most", 2, "pictures.fields: names 1 fields for 2 pictures; write a field for"),
        (f"{MINI}/modes/text/endpoint", "x{suffix}", "text.endpoint: is 'x{suffix}'; use {suffix} in the name exactly"),
        (f"{MINI}/suffixes", {"480p": "-small", "720p": ""}, "text.endpoint: is 'mini-text'; use {suffix} in the name"),
        (f"{MINI}/suffixes", {"480p": ""}, "models.mini.suffixes.720p: is missing; write what stands for {suffix}"),
        (f"{MINI}/on", False, "models: every model is off; write on = true for one whose price is confirmed."),
    ],
)
def test_a_mistake_is_named_with_its_remedy(path: str, value: object, problem: str) -> None:
    """Each mistake names the model, the field, what stands there, and what to write instead."""
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(changed(path, value))

    assert [line for line in caught.value.problems if problem in line], caught.value.problems


def test_all_mistakes_come_at_once() -> None:
    """An owner learns of every mistake in one go, one line each."""
    data = changed(f"{MINI}/title", 1)
    data["models"]["mini"]["ratios"] = None
    data["priced_on"] = None

    with pytest.raises(CatalogueError) as caught:
        read_catalogue(data)

    assert [line.split(":")[0] for line in caught.value.problems] == [
        "priced_on",
        "models.mini.title",
        "models.mini.ratios",
    ]
    assert str(caught.value).startswith("The catalogue cannot be used:\n  priced_on: is missing;")


def test_what_is_no_catalogue_at_all_is_said() -> None:
    """A file that is no table is refused like any other mistake."""
    with pytest.raises(CatalogueError, match="is no table"):
        read_catalogue(None)


def test_a_suffix_stands_in_every_endpoint() -> None:
    """A resolution that is part of the endpoint's name is put where the file says."""
    data = changed(f"{MINI}/suffixes", {"480p": "-480p", "720p": ""})
    data["models"]["mini"]["modes"] = {"text": {"endpoint": "seedance{suffix}-text"}}

    modes = read_catalogue(data).model("mini").modes

    assert modes["text"].endpoints == {"480p": "seedance-480p-text", "720p": "seedance-text"}
