"""Reading the provider's answers, the guide's shape and the vendor's, without assuming either.

The guide answers ``{"id", "status"}`` and ``output``; the vendor's documents have ``request_id``, ``outputs`` and
``cost``, sometimes all under ``data``. Nothing in here raises on a strange answer: what is not there is ``None``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from bot.core.money import ZERO, Money
from bot.core.ports.provider import Charge, Job

#: Where a job's id may stand, in the order in which they are believed.
ID_NAMES = ("request_id", "id", "task_id", "prediction_id")
#: Where a finished output may stand.
OUTPUT_NAMES = ("output", "outputs", "url", "video_url")
#: Inside an output that is an object; the picture last, for it may be a preview.
URL_NAMES = ("video_url", "url", "image_url")
#: Outputs by which an answer without any status counts as finished; a bare ``url`` may point anywhere.
CERTAIN_OUTPUTS = ("output", "outputs", "video_url")
STATUSES = {
    "succeeded": Job.DONE,
    "completed": Job.DONE,
    "success": Job.DONE,
    "failed": Job.FAILED,
    "error": Job.FAILED,
    "cancelled": Job.CANCELLED,
    "canceled": Job.CANCELLED,
}
#: Nothing of the provider's is nested nearly so deep; what is would exhaust the stack of whoever reads it.
MOST_DEPTH = 100
MOST_ID_CHARACTERS = 200
MOST_URL_CHARACTERS = 8_192
VIDEO_ENDINGS = (".mp4", ".mov", ".webm")

COST_HEADER = "X-MuAPI-Cost-USD"
REFUNDED_HEADER = "X-MuAPI-Cost-Refunded"
BALANCE_HEADER = "X-Account-Balance"


def parsed(body: bytes) -> object:
    """The body as JSON; fractions are exact decimals; ``None`` when it is not JSON, or too deep."""
    try:
        document = json.loads(body, parse_float=Decimal, parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        return None
    return None if body.count(b"[") + body.count(b"{") > MOST_DEPTH and is_deep(document) else document


def is_deep(document: object) -> bool:
    """Whether lists and objects are nested in each other beyond MOST_DEPTH."""
    level = [document]
    for _ in range(MOST_DEPTH):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
    return bool(level)


def layers(document: object) -> tuple[Mapping[str, object], ...]:
    """The answer itself, then what it has under ``data``."""
    if not isinstance(document, dict):
        return ()
    inner = document.get("data")
    return (document, inner) if isinstance(inner, dict) else (document,)


def job_id(document: object) -> str | None:
    """The job's id: the first that is not empty, in the answer itself, then under ``data``."""
    return next((job for layer in layers(document) if (job := id_in(layer))), None)


def id_in(layer: Mapping[str, object]) -> str | None:
    """The id in one object: a text or a whole number that can stand in a URL's path."""
    for name in ID_NAMES:
        value = layer.get(name)
        text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if text and len(text) <= MOST_ID_CHARACTERS and text.isprintable() and text.strip("."):
            return text
    return None


def status_word(document: object) -> str:
    """The provider's own word for what the job does, lower-cased; empty when it says none.

    Where a wrapper has a status as well as what it wraps, the inner one is the job's: the outer may only say
    that the question was answered.
    """
    words = [word.strip().lower() for layer in layers(document) if isinstance(word := layer.get("status"), str)]
    return next((word for word in reversed(words) if word), "")


def job_state(document: object) -> Job:
    """What the job does; whatever is not known to be an end is still running."""
    word = status_word(document)
    if not word and output_url(document, CERTAIN_OUTPUTS):
        return Job.DONE
    return STATUSES.get(word, Job.RUNNING)


def finished_url(document: object) -> str | None:
    """The clip's URL in an answer that says that the job is done."""
    return output_url(document) if job_state(document) is Job.DONE else None


def output_url(document: object, names: tuple[str, ...] = OUTPUT_NAMES) -> str | None:
    """The clip's URL: the first that ends like a video, else the first at all."""
    urls = [url for layer in layers(document) for name in names for url in _urls(layer.get(name))]
    videos = [url for url in urls if urlsplit(url).path.lower().endswith(VIDEO_ENDINGS)]
    return next(iter(videos or urls), None)


def _urls(value: object) -> Iterator[str]:
    match value:
        case str() if is_web_address(value):
            yield value
        case list():
            for item in value:
                if not isinstance(item, list):
                    yield from _urls(item)
        case dict():
            for name in URL_NAMES:
                if isinstance(value.get(name), str | list):
                    yield from _urls(value[name])
        case _:
            return


def is_web_address(text: str) -> bool:
    """Whether a text can be meant as an http(s) address."""
    if not text.isprintable() or len(text) > MOST_URL_CHARACTERS:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def charge(document: object, headers: Mapping[str, str]) -> Charge:
    """What the job costs by the provider's word: the header, else the body's ``cost.amount_usd``."""
    costs = [layer["cost"] for layer in layers(document) if isinstance(layer.get("cost"), dict)]
    amounts = [headers.get(COST_HEADER), *(cost.get("amount_usd") for cost in costs if isinstance(cost, dict))]
    marks = [headers.get(REFUNDED_HEADER), *(cost.get("refunded") for cost in costs if isinstance(cost, dict))]
    marks += [layer.get("refunded") for layer in layers(document)]
    known = (amount for value in amounts if (amount := dollars(value)) is not None and amount >= ZERO)
    return Charge(amount=next(known, None), refunded=any(is_true(mark) for mark in marks))


def dollars(value: object) -> Money | None:
    """An amount in dollars, exact; ``None`` when it is none. ``"0"`` is an amount."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        return Money.usd(value.strip() if isinstance(value, str) else value)
    except ValueError:
        return None


def is_true(value: object) -> bool:
    """Whether a flag is set: JSON's ``true``, or the word in a header."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def balance(document: object, headers: Mapping[str, str]) -> Money | None:
    """What the wallet holds: the body's ``balance``, else the header."""
    values = [*(layer.get("balance") for layer in layers(document)), headers.get(BALANCE_HEADER)]
    return next((amount for value in values if (amount := dollars(value)) is not None), None)


def estimated(document: object) -> Money | None:
    """The cost in an estimate: ``cost`` or ``cost.amount_usd``, only in dollars."""
    for layer in layers(document):
        currency = layer.get("currency")
        if isinstance(currency, str) and currency.strip().upper() != "USD":
            return None
        cost = layer.get("cost")
        amount = dollars(cost.get("amount_usd") if isinstance(cost, dict) else cost)
        if amount is not None and amount >= ZERO:
            return amount
    return None


def uploaded_url(document: object) -> str | None:
    """Where an uploaded picture is: ``url``, ``file_url``, or the same under ``data``."""
    for layer in layers(document):
        for name in ("url", "file_url"):
            value = layer.get(name)
            if isinstance(value, str) and is_web_address(value):
                return value
    data = document.get("data") if isinstance(document, dict) else None
    return data if isinstance(data, str) and is_web_address(data) else None
