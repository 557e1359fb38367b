"""The catalogue: which models there are, what each takes, what it costs, and since when that is known.

The data is a file that an owner can edit; ``read_catalogue`` turns it into frozen values or says
everything that is wrong with it at once.
"""

from bot.core.catalogue.matching import Matched, matched, require_frame_taker, takes_frame
from bot.core.catalogue.model import Catalogue, Model, usual_ms
from bot.core.catalogue.parts import Field, Mode, Pictures, Price
from bot.core.catalogue.reading import CatalogueError, read_catalogue

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Field",
    "Matched",
    "Mode",
    "Model",
    "Pictures",
    "Price",
    "matched",
    "read_catalogue",
    "require_frame_taker",
    "takes_frame",
    "usual_ms",
]
