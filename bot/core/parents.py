"""Which row must be there for another to be there; every store checks it when a transaction commits.

Only at the commit, so that a transaction may write in whatever order its locks and its reading suggest: a
hold's ledger lines, say, before the take that they are for.
"""

from __future__ import annotations

from bot.core.rows import (
    Attempt,
    Batch,
    Card,
    Channel,
    ClipPicture,
    Key,
    Line,
    Post,
    Shot,
    Slate,
    Slot,
    Take,
    Vote,
    Workspace,
)

#: By table and column: the table whose row the column names. An empty column names nothing.
PARENTS: dict[type, dict[str, type]] = {
    Channel: {"workspace": Workspace},
    Shot: {"workspace": Workspace},
    Slate: {"id": Card, "workspace": Workspace, "channel": Channel, "batch": Batch},
    Batch: {"id": Card, "workspace": Workspace, "channel": Channel},
    Card: {"workspace": Workspace, "channel": Channel},
    Take: {
        "workspace": Workspace,
        "channel": Channel,
        "shot": Shot,
        "card": Card,
        "slate": Slate,
        "draft": Take,
        "key": Key,
    },
    ClipPicture: {"take": Take},
    Attempt: {"take": Take},
    Slot: {"take": Take, "key": Key},
    Line: {"take": Take},
    Vote: {"take": Take, "used_by": Take},
    Post: {"take": Take},
}

#: The same, from the parent's side.
CHILDREN: dict[type, list[tuple[type, str]]] = {}
for _child, _columns in PARENTS.items():
    for _column, _parent in _columns.items():
        CHILDREN.setdefault(_parent, []).append((_child, _column))


def orphaned(child: type, parent: type) -> str:
    """The sentence of the StoreError for a row without its parent."""
    return f"A {child.__name__.lower()} names a {parent.__name__.lower()} that is not there; nothing was written."
