"""The rows of every table, as frozen values; ``dataclasses.replace`` makes the changed row.

Times are UTC milliseconds. Tuples, dicts and policies are stored as JSON text, enums as their values,
money as whole micro-dollars, booleans as 0 and 1; the stores do that from the field types alone.
"""

from bot.core.rows.base import Not, Unique
from bot.core.rows.books import Alert, Budget, Change, Line, LineKind
from bot.core.rows.places import Channel, Workspace
from bot.core.rows.takes import BATCH_LANE, Asked, Batch, ClipPicture, PictureKind, Shot, Slate, Take
from bot.core.rows.talk import Card, Form, Inbound, Meaning, Note, Outbox, Post, PostState, Rank, Source, Vote
from bot.core.rows.work import Attempt, AttemptKind, Key, Outcome, Slot

#: Every table, in an order in which rows can be inserted.
TABLES = (
    Workspace,
    Channel,
    Shot,
    Card,
    Batch,
    Slate,
    Key,
    Take,
    ClipPicture,
    Attempt,
    Slot,
    Budget,
    Line,
    Vote,
    Post,
    Outbox,
    Alert,
    Change,
    Inbound,
    Note,
)

__all__ = [
    "BATCH_LANE",
    "TABLES",
    "Alert",
    "Asked",
    "Attempt",
    "AttemptKind",
    "Batch",
    "Budget",
    "Card",
    "Change",
    "Channel",
    "ClipPicture",
    "Form",
    "Inbound",
    "Key",
    "Line",
    "LineKind",
    "Meaning",
    "Not",
    "Note",
    "Outbox",
    "Outcome",
    "PictureKind",
    "Post",
    "PostState",
    "Rank",
    "Shot",
    "Slate",
    "Slot",
    "Source",
    "Take",
    "Unique",
    "Vote",
    "Workspace",
]
