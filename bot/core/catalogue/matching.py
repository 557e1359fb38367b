"""The look *match*: a final that starts from its draft's frame, in a model's own words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.catalogue.model import Catalogue, Model, one_of
from bot.core.errors import Refusal

#: Stands for a frame that is not handed over yet.
_LATER = "frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """How a shot is ordered when its clip is to start from a frame."""

    mode: str
    prompt: str
    #: The shot's own pictures and the frame, in the order's order.
    pictures: tuple[str, ...]


def takes_frame(model: Model, mode: str) -> bool:
    """Whether a shot of this mode can start from a frame with this model, however many pictures it has."""
    return _mode(mode) in model.modes


def matched(model: Model, mode: str, *, prompt: str, pictures: tuple[str, ...], frame: str = _LATER) -> Matched:
    """The shot with a frame to start from.

    A shot of text becomes one from an image; the frame stands in a start image's stead; among references it is the
    last, so that the prompt's ``@image1`` means what it did, and the prompt names it where the model has a way to
    and there is room.

    Raises:
        Refusal: the model takes no start image, or no reference more.
    """
    form = _mode(mode)
    if form not in model.modes:
        sentence = f"{model.name} cannot start from a draft's frame."
        raise Refusal(sentence)
    if form != "omni":
        return Matched(mode=form, prompt=prompt, pictures=(frame, *pictures[1:]))
    most = model.modes[form].pictures
    all_ = (*pictures, frame)
    if most is not None and len(all_) > most.most:
        sentence = (
            f"{model.name} takes {most.most} pictures, and the shot has {len(pictures)}: there is no room for the "
            f"draft's frame. Order it with {most.most - 1}, or leave its look new."
        )
        raise Refusal(sentence)
    named = most.naming(len(all_)) if most is not None else ""
    says = f"{prompt}\nStart from the frame {named}."
    return Matched(mode=form, prompt=says if named and len(says) <= model.prompt_characters else prompt, pictures=all_)


def require_frame_taker(catalogue: Catalogue, model: Model, mode: str) -> None:
    """Whether shots of this mode can start from a frame with the model.

    Raises:
        Refusal: it cannot; names the models that can.
    """
    if takes_frame(model, mode):
        return
    able = tuple(each.name for each in catalogue.on if takes_frame(each, mode))
    which = f"{one_of(able)} can" if able else "no model that is on can"
    sentence = f"look match starts a final from its draft's frame, which {model.name} cannot; {which}. Or say look new."
    raise Refusal(sentence, allowed=able)


def _mode(mode: str) -> str:
    return "omni" if mode == "omni" else "image"
