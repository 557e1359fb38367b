"""Where in its channel a card is shown; which clips stand in a message with others."""

from storage.migrations.columns import added

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Cards of before are in the channel itself; each clip of before has a message of its own."""
    added("cards", "room", "")
    added("posts", "together", 0)
