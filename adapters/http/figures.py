"""From figures to what Prometheus reads. Amounts are dollars; nobody's name is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import quantiles

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.core.money import Money
from bot.core.transacting import Tally
from bot.jobs.engine import Health
from bot.jobs.figures import Figures, KeyFigures, ScopeFigures

MS_PER_S = 1_000
#: Why a key may be paused; each is a series, 1 or 0, so that an alarm can end.
PAUSES = ("network", "rate", "unknowns", "credit", "key")


class Snapshot(Collector):
    """The figures of one moment."""

    def __init__(self, figures: Figures, health: Health, tally: Tally, *, version: str) -> None:
        """``version`` is the product's own."""
        self._figures = figures
        self._health = health
        self._tally = tally
        self._version = version

    def text(self) -> bytes:
        """In Prometheus' own format."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Every figure with its line of help."""
        yield _gauge("build_info", "The version that runs.", [((self._version,), 1)], "version")
        yield from _takes(self._figures)
        yield from _money(self._figures.scopes)
        yield from _keys(self._figures.keys)
        yield from _engine(self._health)
        yield from _database(self._tally)


def _takes(figures: Figures) -> Iterator[Metric]:
    counted = [((state.value, stage.value), count) for (state, stage), count in figures.takes.items()]
    yield _gauge("takes", "Takes by state and stage.", counted, "state", "stage")
    yield _one("unknown_oldest_seconds", "How long the oldest unknown is one.", figures.oldest_unknown_ms / MS_PER_S)
    yield _one("outbox_entries", "Cards and lines that wait to be shown.", figures.outbox)
    yield _one("outbox_oldest_seconds", "How long the oldest of them waits.", figures.oldest_outbox_ms / MS_PER_S)
    lags = [lag / MS_PER_S for lag in figures.delivery_ms]
    parts = [(("0.5",), _quantile(lags, 50)), (("0.95",), _quantile(lags, 95)), (("1",), lags[-1])] if lags else []
    help_text = "From the provider's being done to the post, of the newest clips of the last day."
    yield _gauge("delivery_lag_seconds", help_text, parts, "quantile")


def _quantile(values: list[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def _money(scopes: Iterable[ScopeFigures]) -> Iterator[Metric]:
    places = [((scope.kind, scope.id), scope) for scope in scopes]
    labels = ("scope_kind", "scope")
    spent = [(place, _dollars(scope.spent)) for place, scope in places]
    held = [(place, _dollars(scope.held)) for place, scope in places]
    caps = [(place, _dollars(scope.cap)) for place, scope in places if scope.cap is not None]
    stopped = [(place, float(scope.stopped)) for place, scope in places]
    yield _gauge("spent_dollars", "Charged in the current period.", spent, *labels)
    yield _gauge("held_dollars", "Set aside in the current period.", held, *labels)
    yield _gauge("cap_dollars", "The most to spend in the current period.", caps, *labels)
    yield _gauge("scope_stopped", "Ordering is stopped until an owner lets it go on.", stopped, *labels)


def _dollars(amount: Money) -> float:
    return float(amount.decimal)


def _keys(keys: Iterable[KeyFigures]) -> Iterator[Metric]:
    known = list(keys)
    yield _gauge("slots_used", "Places at the provider that are taken.", [((k.id,), k.used) for k in known], "key")
    yield _gauge("slots", "Places at the provider.", [((k.id,), k.slots) for k in known], "key")
    paused = [((k.id, why), float(k.paused_for == why)) for k in known for why in PAUSES]
    yield _gauge("key_paused", "Nothing is ordered with the key, and why.", paused, "key", "reason")


def _engine(health: Health) -> Iterator[Metric]:
    yield _one("engine_running", "Steps under way.", health.running)
    yield _one("engine_waiting", "Takes that wait for their time.", health.waiting)
    yield _one("poll_late_seconds", "How late the latest step, mostly a poll, began.", health.late_ms / MS_PER_S)
    yield _one("engine_overdue_seconds", "How long the earliest alarm has been due.", health.overdue_ms / MS_PER_S)


def _database(tally: Tally) -> Iterator[Metric]:
    yield CounterMetricFamily("dailies_database_transactions", "Transactions begun.", value=tally.transactions)
    yield CounterMetricFamily("dailies_database_failures", "Transactions that failed.", value=tally.failures)


def _one(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"dailies_{name}", help_text, value=value)


def _gauge(name: str, help_text: str, values: Iterable[tuple[tuple[str, ...], float]], *labels: str) -> Metric:
    family = GaugeMetricFamily(f"dailies_{name}", help_text, labels=labels)
    for given, value in values:
        family.add_metric(given, value)
    return family
