"""What the rules need from the world, as narrow protocols.

A fake of each ships in ``bot.core.fakes`` and passes the same contract suite as the real one.
"""

from bot.core.ports.archive import Archive, Stored
from bot.core.ports.chat import Button, CardView, Chat, Message, Picture, Posted, Reaction
from bot.core.ports.clock import Clock, Ids
from bot.core.ports.provider import (
    Accepted,
    Balance,
    Charge,
    Downloaded,
    History,
    HistoryRow,
    Job,
    JobStatus,
    Order,
    Provider,
)
from bot.core.ports.store import Between, Row, Store, Transaction, Work

__all__ = [
    "Accepted",
    "Archive",
    "Balance",
    "Between",
    "Button",
    "CardView",
    "Charge",
    "Chat",
    "Clock",
    "Downloaded",
    "History",
    "HistoryRow",
    "Ids",
    "Job",
    "JobStatus",
    "Message",
    "Order",
    "Picture",
    "Posted",
    "Provider",
    "Reaction",
    "Row",
    "Store",
    "Stored",
    "Transaction",
    "Work",
]
