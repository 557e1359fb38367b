"""One question to the owner about all takes that an outage has left unknown."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import index, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Each question that stands is a question of its own."""
    for column in text("incident", null=True):
        op.add_column("takes", column)
    index("takes", "incident")
    takes = sa.table("takes", sa.column("id"), sa.column("question_ver"), sa.column("incident"))
    own = takes.c.id + ":" + sa.cast(takes.c.question_ver, sa.Text())
    op.execute(takes.update().where(takes.c.question_ver.is_not(None)).values(incident=own))
