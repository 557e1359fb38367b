"""From a plain dictionary, as a TOML file gives it, to a Catalogue; all mistakes at once, each with its remedy."""

from __future__ import annotations

from datetime import date, datetime
from types import MappingProxyType

from bot.core.catalogue.model import Catalogue, Model
from bot.core.catalogue.parts import Field, Mode, Pictures, Price
from bot.core.catalogue.table import Table, said

#: Bounds against slips of the pen; no known model comes near them.
MOST_SECONDS = 600
MOST_PROMPT_CHARACTERS = 1_000_000
MOST_PICTURES = 20
MOST_RENDER_SECONDS = 86_400

#: The ways to use a model that an owner may describe.
MODES = ("text", "image", "omni", "first-last")
#: Stands in an endpoint's name for what the resolution adds to it.
SUFFIX = "{suffix}"


class CatalogueError(ValueError):
    """A catalogue that cannot be used; ``problems`` names each model, field and remedy in a line."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the lines; the text shows them all."""
        super().__init__("The catalogue cannot be used:\n" + "\n".join(f"  {line}" for line in problems))
        self.problems = tuple(problems)


def read_catalogue(data: object) -> Catalogue:
    """The catalogue that the data describes.

    Raises:
        CatalogueError: with every mistake that was found.
    """
    problems: list[str] = []
    top = Table(data, "", problems)
    priced_on = _date(top)
    models = top.table("models")
    read = tuple(_model(models.table(name), name) for name in models.names())
    top.finish()
    if not any(model.on for model in read) and not problems:
        problems.append("models: every model is off; write on = true for one whose price is confirmed.")
    if problems:
        raise CatalogueError(problems)
    return Catalogue(priced_on=priced_on, models=read)


def _date(top: Table) -> date:
    value = top.get("priced_on")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    top.problem(said(value), "write the day on which the prices were read, like 2026-06-15", field="priced_on")
    return date.min


def _model(table: Table, name: str) -> Model:
    resolutions = table.words("resolutions")
    seconds = table.table("seconds")
    least = seconds.whole("least", 1, MOST_SECONDS)
    most = seconds.whole("most", least, MOST_SECONDS)
    seconds.finish()
    price = _price(table, resolutions)
    model = Model(
        name=name,
        title=table.text("title"),
        on=_on(table, price),
        prompt_characters=table.whole("prompt_characters", 1, MOST_PROMPT_CHARACTERS),
        least_seconds=least,
        most_seconds=most,
        ratios=table.words("ratios"),
        resolutions=resolutions,
        draft_resolution=_resolution(table, "draft_resolution", resolutions),
        final_resolution=_resolution(table, "final_resolution", resolutions),
        price=price,
        modes=_modes(table, resolutions),
        usual_s=_usual(table, resolutions),
    )
    table.finish()
    return model


def _on(table: Table, price: Price) -> bool:
    on = table.flag("on")
    if on and not price.confirmed:
        remedy = "write on = false, or check the price with the provider and write price.confirmed = true"
        table.problem("is true, but the price is not confirmed", remedy, field="on")
    return on


def _resolution(table: Table, name: str, resolutions: tuple[str, ...]) -> str:
    value = table.text(name)
    if value not in resolutions:
        table.problem(f"is {value!r}", f"write one of {', '.join(resolutions)}", field=name)
    return value


def _price(table: Table, resolutions: tuple[str, ...]) -> Price:
    price = table.table("price")
    confirmed = price.flag("confirmed")
    block_s = price.whole("block_seconds", 1, MOST_SECONDS) if "block_seconds" in price else 1
    usd = price.table("usd")
    rates = {resolution: usd.money(resolution) for resolution in resolutions}
    usd.finish()
    price.finish()
    return Price(rates=MappingProxyType(rates), block_s=block_s, confirmed=confirmed)


def _modes(table: Table, resolutions: tuple[str, ...]) -> MappingProxyType[str, Mode]:
    fields = _fields(table.table("fields"))
    suffixes = table.table("suffixes") if "suffixes" in table else None
    endings = {name: _suffix(suffixes, name) for name in resolutions}
    if suffixes is not None:
        suffixes.finish()
    modes = table.table("modes")
    for name in modes.names():
        if name not in MODES:
            modes.problem("is no mode", f"write one of {', '.join(MODES)}", field=name)
    if not modes.names():
        modes.problem("is empty", "describe at least the mode text")
    return MappingProxyType({name: _mode(modes.table(name), name, fields, endings) for name in modes.names()})


def _fields(table: Table) -> MappingProxyType[Field, str]:
    fields = {field: table.text(field.value) for field in Field if field.value in table}
    table.finish()
    if Field.PROMPT not in fields:
        table.problem("is missing", "write the provider's name of the field", field=Field.PROMPT.value)
    if len(set(fields.values())) < len(fields):
        table.problem("names one field twice", "give each option a field of its own")
    return MappingProxyType(fields)


def _suffix(table: Table | None, resolution: str) -> str:
    if table is None:
        return ""
    value = table.get(resolution)
    if not isinstance(value, str):
        table.problem(said(value), f'write what stands for {SUFFIX} in the endpoint\'s name, or ""', field=resolution)
        return ""
    return value


def _mode(table: Table, name: str, fields: MappingProxyType[Field, str], endings: dict[str, str]) -> Mode:
    endpoint = table.text("endpoint")
    if any(endings.values()) != (SUFFIX in endpoint):
        table.problem(
            f"is {endpoint!r}", f"use {SUFFIX} in the name exactly where suffixes are given", field="endpoint"
        )
    pictures = _pictures(table.table("pictures")) if "pictures" in table else None
    if pictures is None and name != "text":
        table.problem("is missing", "say how many pictures the mode takes, and in which field", field="pictures")
    table.finish()
    endpoints = {resolution: endpoint.replace(SUFFIX, ending) for resolution, ending in endings.items()}
    return Mode(name=name, endpoints=MappingProxyType(endpoints), fields=fields, pictures=pictures)


def _pictures(table: Table) -> Pictures:
    least = table.whole("least", 1, MOST_PICTURES)
    most = table.whole("most", least, MOST_PICTURES)
    listed, single = "list" in table, "fields" in table
    if listed == single:
        table.problem("needs one of list and fields", "keep the one that the provider understands")
    in_list = table.text("list") if listed else None
    fields = table.words("fields") if single else ()
    if single and len(fields) != most:
        table.problem(f"names {len(fields)} fields for {most} pictures", "write a field for each", field="fields")
    named = table.text("named") if "named" in table else ""
    table.finish()
    return Pictures(least=least, most=most, fields=fields, in_list=in_list, named=named)


def _usual(table: Table, resolutions: tuple[str, ...]) -> MappingProxyType[str, tuple[tuple[int, int], ...]]:
    usual = table.table("usual_s")
    points = {resolution: _points(usual, resolution) for resolution in resolutions}
    usual.finish()
    return MappingProxyType(points)


def _points(table: Table, resolution: str) -> tuple[tuple[int, int], ...]:
    value = table.get(resolution)
    points = tuple(tuple(point) for point in value if _is_point(point)) if isinstance(value, list) else ()
    lengths = [point[0] for point in points]
    whole = isinstance(value, list) and len(points) == len(value) > 0
    if whole and lengths == sorted(set(lengths)):
        return points
    remedy = "write pairs of seconds by rising length, like [[5, 48], [15, 180]]"
    table.problem(said(value), remedy, field=resolution)
    return ((1, 1),)


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and [type(number) for number in point] == [int, int]
        and 0 < point[0] <= MOST_SECONDS
        and 0 < point[1] <= MOST_RENDER_SECONDS
    )
