"""Whether a clip shares its message with others."""

from storage.migrations.columns import added

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Clips of before have a message each."""
    added("posts", "together", 0)
