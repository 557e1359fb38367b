"""Answers in the guide's words and in the vendor's; spec: "Where the guide and the service differ"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from adapters.muapi.simulator.jobs import Job, Stage
from adapters.muapi.simulator.plan import Shape
from adapters.muapi.simulator.validation import Problem
from bot.core.money import MICROS_PER_CENT, Money

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A job as a poll finds it."""

    job: Job
    #: The provider's word for the stage, where a fault replaces it.
    word: str | None
    stage: Stage
    #: Set when there is an output.
    url: str | None
    #: The field in which an object holds the URL, where the outputs are objects.
    within: str | None
    refunded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An HTTP status and its body."""

    status: int
    body: Json


class Wire(Protocol):
    """One way to word every answer."""

    def accepted(self, view: View) -> Json:
        """The answer to a submit."""
        ...

    def result(self, view: View) -> Json:
        """The answer to a poll."""
        ...

    def invalid(self, problems: Sequence[Problem]) -> Refused:
        """The answer to a body with wrong fields."""
        ...

    def policy(self, text: str) -> Refused:
        """The answer to a prompt that the content policy refuses."""
        ...

    def error(self, text: str) -> Json:
        """The body of any other error."""
        ...


class GuideWire:
    """As the guide prints it."""

    def accepted(self, view: View) -> Json:
        """``{"id", "status"}``."""
        return self.result(view) if view.url else {"id": view.job.id, "status": _first_word(view)}

    def result(self, view: View) -> Json:
        """``output`` is a string, ``error`` a text; both only where there is one."""
        word = "succeeded" if view.stage is Stage.COMPLETED else view.stage.value
        body: Json = {"id": view.job.id, "status": view.word or word}
        if view.url:
            body["output"] = _output(view, view.url)
        if view.stage is Stage.FAILED:
            body["error"] = view.job.outcome.error
        return body

    def invalid(self, problems: Sequence[Problem]) -> Refused:
        """400, one text."""
        text = "; ".join(f"{problem.field}: {problem.text}" for problem in problems)
        return Refused(status=400, body=self.error(f"Invalid params - {text}"))

    def policy(self, text: str) -> Refused:
        """422, one text."""
        return Refused(status=422, body=self.error(text))

    def error(self, text: str) -> Json:
        """``{"error": text}``."""
        return {"error": text}


class VendorWire:
    """As the vendor's reference prints it."""

    def accepted(self, view: View) -> Json:
        """``{"request_id", "status", "cost"}``, with the outputs when they came at once."""
        head: Json = {"request_id": view.job.id, "status": _first_word(view), "cost": cost(view)}
        return {**self.result(view), **head, "status": "completed"} if view.url else head

    def result(self, view: View) -> Json:
        """``outputs`` is a list, always there; ``error`` is null unless it failed."""
        failed = view.stage is Stage.FAILED
        return {
            "id": view.job.id,
            "status": view.word or view.stage.value,
            "outputs": [_output(view, view.url)] if view.url else [],
            "error": view.job.outcome.error if failed else None,
            "has_nsfw_contents": [failed and view.job.outcome.nsfw],
            "created_at": iso(view.job.created_ms),
            "cost": cost(view),
        }

    def invalid(self, problems: Sequence[Problem]) -> Refused:
        """422 with FastAPI's list."""
        detail = [{"loc": ["body", problem.field], "msg": problem.text, "type": problem.type} for problem in problems]
        return Refused(status=422, body={"detail": detail})

    def policy(self, text: str) -> Refused:
        """422 with one text; what most often comes later, as a failed job."""
        return Refused(status=422, body={"detail": f"content_policy_violation: {text}"})

    def error(self, text: str) -> Json:
        """``{"detail": text}``."""
        return {"detail": text}


def wire(shape: Shape) -> Wire:
    """The words of that shape."""
    return GuideWire() if shape is Shape.GUIDE else VendorWire()


def cost(view: View) -> Json:
    """The vendor's cost object; the charge stands although it was refunded, as the mark says."""
    return {
        "amount_usd": wire_number(view.job.amount),
        "amount_credits": in_credits(view.job.amount),
        "bonus_credits_used": 0,
        "refunded": view.refunded,
    }


def cost_headers(amount: Money, *, refunded: bool) -> dict[str, str]:
    """The cost headers of an answer about one job."""
    headers = {"X-MuAPI-Cost-USD": f"{amount.decimal:.6f}", "X-MuAPI-Cost-Credits": str(in_credits(amount))}
    if refunded:
        headers["X-MuAPI-Cost-Refunded"] = "true"
    return headers


def in_credits(amount: Money) -> int:
    """Credits at a cent each, a guess, rounded up."""
    return -(-amount.micros // MICROS_PER_CENT)


def wire_number(amount: Money) -> float:
    """A JSON number, which the vendor sends; amounts of up to 15 digits are printed exactly."""
    return float(amount.decimal)


def iso(milliseconds: int) -> str:
    """A moment as the vendor's records write it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _output(view: View, url: str) -> object:
    return {view.within: url} if view.within else url


def _first_word(view: View) -> str:
    # Both documents print "processing", although a poll right afterwards may say "queued".
    return view.word or Stage.PROCESSING.value
