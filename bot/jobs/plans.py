"""From what a person typed to what would be ordered: checked and priced, before any row or hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.catalogue import Catalogue, Model, matched, require_frame_taker
from bot.core.commands import OrderOptions
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.money import Money, total
from bot.core.policy import MATCH, NEW, ChannelPolicy
from bot.core.prompts import MOST_AT_ONCE, Variant, check, variants
from bot.core.rows import Shot
from bot.core.sentences import answers
from bot.jobs.kit import Kit
from bot.jobs.quotes import resolution_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An order as it was typed, with nothing of it checked yet."""

    #: Variants in braces.
    prompt: str
    options: OrderOptions
    mode: str = "text"
    stage: Stage = Stage.DRAFT
    #: Pictures in the store already, used where the options name none.
    kept: tuple[str, ...] = ()
    remark: str = ""
    #: The maker says yes first: always, or to a slate only.
    confirm: bool = False
    confirm_slate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An order, complete and within the model's limits."""

    stage: Stage
    #: The prompt as typed, variants in braces.
    prompt: str
    #: What each take renders, in order.
    variants: tuple[Variant, ...]
    model: Model
    mode: str
    ratio: str
    seconds: int
    draft_seconds: int
    audio: bool
    bitrate: str
    #: Of the finals.
    look: str
    #: Names in the picture store.
    pictures: tuple[str, ...] = ()

    @property
    def resolution(self) -> str:
        """What the ordered takes are rendered in."""
        return resolution_of(self.model, self.stage)

    @property
    def length(self) -> int:
        """Seconds of each ordered take."""
        return self.seconds if self.stage is Stage.FINAL else self.draft_seconds

    @property
    def price(self) -> Money:
        """One take's price."""
        return self.model.quote(self.resolution, self.length)

    @property
    def price_of_all(self) -> Money:
        """The whole order's price."""
        return total(self.price for _ in self.variants)

    @property
    def final_price(self) -> Money:
        """What the final of one of its drafts costs."""
        return self.model.quote(self.model.final_resolution, self.seconds)

    def shot(self, variant: Variant, *, id: str, workspace: str, at: int) -> Shot:  # noqa: A002 - the row's word
        """The row of one of its shots."""
        return Shot(
            id=id,
            workspace=workspace,
            model=self.model.name,
            mode=self.mode,
            prompt=variant.prompt,
            ratio=self.ratio,
            seconds=self.seconds,
            draft_seconds=self.draft_seconds,
            audio=self.audio,
            bitrate=self.bitrate,
            look=self.look,
            pictures=self.pictures,
            created_at=at,
        )


def plan(wish: Wish, policy: ChannelPolicy, model: Model, catalogue: Catalogue) -> Plan:
    """Fill in what was not said from the channel's settings, and check every limit.

    Pictures that are still to be fetched count, but are not in the plan. ``catalogue`` has the models that can do
    what this one cannot.

    Raises:
        Refusal: the option, what was given, and what is allowed.
    """
    options = wish.options
    prompt = check(wish.prompt)
    made = Plan(
        stage=wish.stage,
        prompt=prompt,
        variants=_rolls(prompt, options.count),
        model=model,
        mode=_mode(wish.mode, options),
        ratio=options.ratio or policy.ratio,
        seconds=policy.seconds if options.seconds is None else options.seconds,
        draft_seconds=policy.draft_seconds if options.draft_seconds is None else options.draft_seconds,
        audio=policy.audio if options.audio is None else options.audio,
        bitrate=options.bitrate or policy.bitrate,
        look=_look(wish, policy),
        pictures=wish.kept,
    )
    if made.look == MATCH:
        require_frame_taker(catalogue, model, made.mode)
    _check(made, pictures=len(sources(options) or wish.kept))
    return made


async def with_pictures(kit: Kit, wish: Wish, mode: str) -> Wish:
    """The wish with its pictures in the store, for a mode of the model.

    Raises:
        PictureRefused: a picture that cannot be fetched or used.
    """
    fetched = tuple([await kit.pictures.take(source) for source in sources(wish.options)])
    return replace(wish, options=replace(wish.options, image=None, refs=()), mode=mode, kept=fetched)


def from_shot(kit: Kit, shot: Shot, *, stage: Stage, model: Model | None = None) -> Plan:
    """The plan of a shot that is there already, within today's limits and at the catalogue's price.

    ``model`` is the shot's at another price.
    """
    made = Plan(
        stage=stage,
        prompt=shot.prompt,
        variants=(Variant(prompt=shot.prompt, label=""),),
        model=model or kit.catalogue.model(shot.model),
        mode=shot.mode,
        ratio=shot.ratio,
        seconds=shot.seconds,
        draft_seconds=shot.draft_seconds,
        audio=shot.audio,
        bitrate=shot.bitrate,
        look=shot.look,
        pictures=shot.pictures,
    )
    _check(made, pictures=len(shot.pictures))
    return made


def inherited(options: OrderOptions, shot: Shot) -> OrderOptions:
    """The options as typed, and the shot's own where nothing was typed."""
    return replace(
        options,
        seconds=shot.seconds if options.seconds is None else options.seconds,
        draft_seconds=shot.draft_seconds if options.draft_seconds is None else options.draft_seconds,
        ratio=options.ratio or shot.ratio,
        audio=shot.audio if options.audio is None else options.audio,
        bitrate=options.bitrate or shot.bitrate,
        model=options.model or shot.model,
        look=options.look or shot.look,
    )


def _rolls(prompt: str, count: int) -> tuple[Variant, ...]:
    """Every variant of the prompt, each rolled ``count`` times.

    Raises:
        Refusal: more takes than one order may have.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refusal(answers.count_out_of_range(count, MOST_AT_ONCE))
    found = variants(prompt, count=count)
    return tuple(variant for variant in found for _ in range(count))


def _look(wish: Wish, policy: ChannelPolicy) -> str:
    """How the finals are to look; a direct final has no draft to start from, whatever the channel's setting is.

    Raises:
        Refusal: one was asked to.
    """
    if wish.stage is Stage.DRAFT:
        return wish.options.look or policy.look
    if wish.options.look == MATCH:
        raise Refusal(answers.no_draft_to_match())
    return NEW


def _check(made: Plan, *, pictures: int) -> None:
    """Both the drafts and the finals that may follow must be within the model's limits."""
    model, given = made.model, ("",) * pictures
    for variant in made.variants:
        ways = [
            (made.mode, variant.prompt, given, model.draft_resolution, made.draft_seconds),
            (made.mode, variant.prompt, given, model.final_resolution, made.seconds),
        ]
        if made.look == MATCH:
            way = matched(model, made.mode, prompt=variant.prompt, pictures=given)
            ways.append((way.mode, way.prompt, way.pictures, model.final_resolution, made.seconds))
        for mode, prompt, all_, resolution, seconds in ways:
            model.check(
                mode, prompt=prompt, ratio=made.ratio, resolution=resolution, seconds=seconds, pictures=len(all_)
            )


def sources(options: OrderOptions) -> tuple[str, ...]:
    """Where the pictures are that an order names, in their order."""
    return ((options.image,) if options.image else ()) + options.refs


def _mode(mode: str, options: OrderOptions) -> str:
    if mode != "text":
        return mode
    return "omni" if options.refs else "image" if options.image else "text"
