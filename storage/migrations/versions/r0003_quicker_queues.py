"""Indexes for ten thousand takes: a key's queue, what is due in a channel, the drafts that are past their time."""

from alembic import op

from storage.migrations.columns import index

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Only indexes: no row changes."""
    index("takes", "key", "state", "stage", "workspace", "channel", "person", "lane")
    index("takes", "stage", "state", "created_at")
    op.drop_index("outbox_by_rank_due_at", "outbox")
    index("outbox", "channel", "due_at")
    index("outbox", "channel", "rank", "created_at", "id")
