"""From what a person typed to what would be ordered: checked and priced, before any row or hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.catalogue import Model
from bot.core.commands import OrderOptions
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.money import Money, total
from bot.core.policy import ChannelPolicy
from bot.core.prompts import MOST_AT_ONCE, Variant, check, variants
from bot.core.rows import Shot
from bot.core.sentences import answers
from bot.jobs.kit import Kit


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


def resolution_of(model: Model, stage: Stage) -> str:
    """What a stage is rendered in."""
    return model.final_resolution if stage is Stage.FINAL else model.draft_resolution


async def plan(
    kit: Kit,
    prompt: str,
    options: OrderOptions,
    policy: ChannelPolicy,
    *,
    mode: str,
    stage: Stage,
    kept: tuple[str, ...] = (),
) -> Plan:
    """Fill in what was not said from the channel's settings, fetch the pictures, check every limit.

    ``kept`` are pictures in the store already, used where the options name none.

    Raises:
        Refusal: the option, what was given, and what is allowed.
    """
    if "match" in (options.look, policy.look):
        raise Refusal(answers.no_match_yet())
    prompt = check(prompt)
    drawn = _rolls(prompt, options.count)
    model = kit.catalogue.model(options.model or policy.model)
    made = Plan(
        stage=stage,
        prompt=prompt,
        variants=drawn,
        model=model,
        mode=_mode(mode, options),
        ratio=options.ratio or policy.ratio,
        seconds=policy.seconds if options.seconds is None else options.seconds,
        draft_seconds=policy.draft_seconds if options.draft_seconds is None else options.draft_seconds,
        audio=policy.audio if options.audio is None else options.audio,
        bitrate=options.bitrate or policy.bitrate,
        look=options.look or policy.look,
    )
    sources = _sources(options)
    _check(made, pictures=len(sources or kept))
    fetched = tuple([await kit.pictures.take(source) for source in sources])
    return replace(made, pictures=fetched or kept)


def from_shot(kit: Kit, shot: Shot, *, stage: Stage, prompt: str | None = None, count: int = 1) -> Plan:
    """The plan of a shot that is there already, at today's price and within today's limits."""
    drawn = (Variant(prompt=shot.prompt, label=""),) * count if prompt is None else _rolls(check(prompt), count)
    made = Plan(
        stage=stage,
        prompt=shot.prompt if prompt is None else prompt,
        variants=drawn,
        model=kit.catalogue.model(shot.model),
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


def _rolls(prompt: str, count: int) -> tuple[Variant, ...]:
    """Every variant of the prompt, each rolled ``count`` times.

    Raises:
        Refusal: more takes than one order may have.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refusal(answers.count_out_of_range(count, MOST_AT_ONCE))
    found = variants(prompt, count=count)
    return tuple(variant for variant in found for _ in range(count))


def _check(made: Plan, *, pictures: int) -> None:
    """Both the drafts and the finals that may follow must be within the model's limits."""
    for variant in made.variants:
        for resolution, seconds in (
            (made.model.draft_resolution, made.draft_seconds),
            (made.model.final_resolution, made.seconds),
        ):
            made.model.check(
                made.mode,
                prompt=variant.prompt,
                ratio=made.ratio,
                resolution=resolution,
                seconds=seconds,
                pictures=pictures,
            )


def _sources(options: OrderOptions) -> tuple[str, ...]:
    return ((options.image,) if options.image else ()) + options.refs


def _mode(mode: str, options: OrderOptions) -> str:
    if mode != "text":
        return mode
    return "omni" if options.refs else "image" if options.image else "text"
