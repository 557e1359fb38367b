"""The task *chart*: draw a chart into a file. In a worker for the sake of its memory and its time, not of its input."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.core.charts import Chart

#: To be raised with whatever changes how a chart looks: an older picture of the same figures is not shown any more.
VERSION = 1
#: Set while matplotlib looks for fonts, it takes its own alone.
NO_OTHERS = "MPL_IGNORE_SYSTEM_FONTS"
DRAWING = "bot.media.charting.drawing"


def run(request: Mapping[str, Any]) -> dict[str, object]:
    """Draw the ``chart`` of the request into its file ``into``; the size of that in bytes.

    Raises:
        OSError: the folder is not there, or the disk does not take it.
    """
    into = Path(request["into"]).absolute()
    os.chdir(into.parent)  # Where we started somebody may keep settings of matplotlib's, which it reads first.
    settle(into.parent)
    importlib.import_module(DRAWING).draw(Chart.read(request["chart"]), into)
    return {"bytes": into.stat().st_size}


def settle(folder: Path) -> None:
    """Have matplotlib, which must not be imported yet, keep its list of fonts in a folder of ours.

    It would look for a home, and for every font of the machine.
    """
    os.environ |= {
        "MPLCONFIGDIR": str(folder),
        NO_OTHERS: "1",
        # Each thread reserves address space, which is limited, and a chart multiplies no matrix.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
