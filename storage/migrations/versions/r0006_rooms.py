"""Where in its channel a card is shown."""

from storage.migrations.columns import added

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Cards of before are in the channel itself."""
    added("cards", "room", "")
