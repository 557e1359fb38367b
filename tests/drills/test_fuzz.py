"""Clips that somebody has tampered with: each is refused in a sentence or plays whole, and none does any harm."""

from __future__ import annotations

from pathlib import Path

from tests.media.conftest import Clips
from tests.media.fuzzing import fuzz

SHORT, LONG = 200, 10_000
#: What one process may hold more at the end than at the start.
MOST_GROWN_MIB = 48
FRAMES = 12
#: A sentence for a card.
LONGEST = 120


def test_mutated_clips(tmp_path: Path, *, drill: bool) -> None:
    """An answer each time, no process ended, none grown, no file left; what plays has every frame."""
    clip = Clips().make(width=64, height=36, seconds=1)
    found = fuzz(clip, range(LONG if drill else SHORT), tmp_path)
    assert (found.ended, found.odd) == ([], [])
    assert {facts["measured"]["frames"] for facts in found.played} == {FRAMES}
    assert all(len(facts["pictures"]) == 4 for facts in found.played)
    assert found.refused.total() > len(found.played) > 0
    assert all(why.startswith(("it", "only", "none of its")) and len(why) < LONGEST for why in found.refused), (
        found.refused
    )
    assert found.grown_mib < MOST_GROWN_MIB
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]
