"""What a fake is told to answer, method by method, and what it was asked."""

from __future__ import annotations

import inspect
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that a fake got."""

    method: str
    arguments: Mapping[str, Any]


@dataclass(slots=True)
class After:
    """An error that comes when the deed is done: the answer is lost, its effect is not."""

    error: BaseException


class Script:
    """Answers that are queued for each method: values, errors to raise, or functions of the call's arguments.

    Functions may be coroutines; what they return is the answer, what they raise is raised. ``None`` in a queue
    stands for what is usual.
    """

    def __init__(self) -> None:
        """Nothing is queued, nothing was asked."""
        self.calls: list[Call] = []
        self._queued: defaultdict[str, deque[object]] = defaultdict(deque)
        self._always: dict[str, object] = {}

    def add(self, method: str, *answers: object) -> None:
        """Answer the next calls of ``method`` so, one after the other."""
        self._queued[method].extend(answers)

    def always(self, method: str, answer: object) -> None:
        """Answer ``method`` so whenever nothing is queued for it."""
        self._always[method] = answer

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of each call of ``method``, in order."""
        return [call.arguments for call in self.calls if call.method == method]

    async def answer(self, method: str, arguments: Mapping[str, Any], usual: Callable[[], T]) -> T:
        """Note the call; give what the script says for it, else what is usual."""
        self.calls.append(Call(method=method, arguments=arguments))
        said: Any = self._next(method)
        match said:
            case None:
                return usual()
            case After(error=error):
                usual()
                raise error
            case BaseException() as error:
                raise error
            case _ if callable(said):
                given: Any = said(**arguments)
                return await given if inspect.isawaitable(given) else given  # type: ignore[no-any-return]
            case _:
                return said  # type: ignore[no-any-return]

    def _next(self, method: str) -> object:
        queued = self._queued[method]
        return queued.popleft() if queued else self._always.get(method)
