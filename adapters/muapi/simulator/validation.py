"""What is wrong with the body of an order, field by field, as the service's own validation would say."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.muapi.simulator.models import Kind, Model

MOST_PICTURES = 9
MOST_VIDEOS = 3
MOST_SOUNDS = 3
LONGEST_URL = 2_048

#: Names that the simulated content policy knows; the guide's example is a copyrighted character.
PROTECTED = ("mickey mouse", "darth vader", "pikachu", "spider-man")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One field that is wrong; the three parts of a FastAPI ``detail`` entry."""

    field: str
    text: str
    type: str


def problems(model: Model, payload: Mapping[str, object]) -> list[Problem]:
    """Everything that is wrong with a body; unknown fields are ignored, as the service ignores them."""
    return [
        *_prompt(model, payload),
        *_choice("aspect_ratio", model.ratios, payload),
        *(_choice("resolution", tuple(model.rates), payload) if model.chooses else ()),
        *_duration(model, payload),
        *_switch("generate_audio", payload),
        *_switch("high_bitrate", payload),
        *_references(model, payload),
    ]


def ignored(model: Model, payload: Mapping[str, object]) -> tuple[str, ...]:
    """The fields that the model does not read: where a misspelt name shows."""
    known = {"prompt", "aspect_ratio", "duration", "generate_audio", "high_bitrate"}
    known |= {"resolution"} if model.chooses else set()
    known |= {"webhook_url"}
    known |= set(_REFERENCES[model.kind])
    return tuple(sorted(name for name in payload if name not in known))


def offence(prompt: str) -> str | None:
    """Why the content policy refuses a prompt, or ``None``."""
    lowered = prompt.casefold()
    name = next((name for name in PROTECTED if name in lowered), None)
    return None if name is None else f"Prompt policy violation: copyrighted character ({name})"


def webhook_problems(address: str | None) -> Iterator[Problem]:
    """A webhook is called over https; over http only on this machine."""
    if address is None:
        return
    if not _is_url(address) or (urlsplit(address).scheme != "https" and not is_loopback(address)):
        yield Problem(field="webhook", text="Input should be a valid HTTPS URL", type="url_parsing")


def is_loopback(address: str) -> bool:
    """Whether an address is one of this machine, by its words alone: no name is looked up."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _prompt(model: Model, payload: Mapping[str, object]) -> Iterator[Problem]:
    prompt = payload.get("prompt")
    if prompt is None:
        yield Problem(field="prompt", text="Field required", type="missing")
    elif not isinstance(prompt, str):
        yield Problem(field="prompt", text="Input should be a valid string", type="string_type")
    elif not prompt.strip():
        yield Problem(field="prompt", text="String should have at least 1 character", type="string_too_short")
    elif len(prompt) > model.prompt_limit:
        text = f"String should have at most {model.prompt_limit} characters"
        yield Problem(field="prompt", text=text, type="string_too_long")


def _choice(field: str, allowed: tuple[str, ...], payload: Mapping[str, object]) -> Iterator[Problem]:
    if field in payload and payload[field] not in allowed:
        text = f"Input should be {', '.join(repr(value) for value in allowed)}"
        yield Problem(field=field, text=text, type="enum")


def _duration(model: Model, payload: Mapping[str, object]) -> Iterator[Problem]:
    duration = payload.get("duration", model.seconds[0])
    low, high = model.seconds
    if isinstance(duration, bool) or not isinstance(duration, int):
        yield Problem(field="duration", text="Input should be a valid integer", type="int_type")
    elif duration < low:
        text = f"Input should be greater than or equal to {low}"
        yield Problem(field="duration", text=text, type="greater_than_equal")
    elif duration > high:
        yield Problem(field="duration", text=f"Input should be less than or equal to {high}", type="less_than_equal")


def _switch(field: str, payload: Mapping[str, object]) -> Iterator[Problem]:
    if not isinstance(payload.get(field, False), bool):
        yield Problem(field=field, text="Input should be a valid boolean", type="bool_type")


#: The fields that carry references, each with the most it takes; one of the first group is required.
_REFERENCES: dict[Kind, dict[str, int]] = {
    Kind.TEXT: {},
    Kind.IMAGE: {"image_url": 1, "images_list": MOST_PICTURES, "last_image": 1, "last_image_url": 1},
    Kind.FIRST_LAST: {"images_list": 2, "image_url": 1, "last_image": 1, "last_image_url": 1},
    Kind.OMNI: {"images_list": MOST_PICTURES, "video_files": MOST_VIDEOS, "audio_files": MOST_SOUNDS},
}


def _references(model: Model, payload: Mapping[str, object]) -> Iterator[Problem]:
    fields = _REFERENCES[model.kind]
    if fields and not any(payload.get(field) for field in fields):
        # The guide's body has image_url, the vendor's images_list: either will do.
        yield Problem(field=next(iter(fields)), text="Field required", type="missing")
    for field, most in fields.items():
        if field in payload:
            yield from _urls(field, payload[field], most=most, single=not field.endswith(("_list", "_files")))


def _urls(field: str, value: object, *, most: int, single: bool) -> Iterator[Problem]:
    if single is not isinstance(value, str):
        kind = "string" if single else "list"
        yield Problem(field=field, text=f"Input should be a valid {kind}", type=f"{kind}_type")
        return
    urls = [value] if isinstance(value, str) else value
    if not isinstance(urls, list):
        yield Problem(field=field, text="Input should be a valid list", type="list_type")
    elif len(urls) > most:
        text = f"List should have at most {most} items after validation, not {len(urls)}"
        yield Problem(field=field, text=text, type="too_long")
    elif not all(_is_url(url) for url in urls):
        yield Problem(field=field, text="Input should be a valid URL", type="url_parsing")


def _is_url(value: object) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_URL:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
