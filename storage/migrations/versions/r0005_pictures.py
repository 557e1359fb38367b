"""Pictures of clips; how a clip is posted; how a card's finals are to look; groups of voters; what adapters note."""

from alembic import op

from storage.migrations.columns import added, index, key, known, number, table, text, there

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Clips of before have no pictures yet; each was posted as it came, without one."""
    table(
        "clip_pictures",
        *text("take", "kind", "name"),
        *number("size"),
        *text("sha256"),
        *number("created_at"),
        key("clippicture_key", "take", "kind"),
        known("clip_pictures", "kind", "poster", "strip", "gif", "webp"),
        there("clip_pictures", "take", "takes"),
    )
    table("notes", *text("id", "facts"), *number("at"), key("note_key", "id"))
    index("notes", "at")
    added("posts", "form", "original")
    added("posts", "pictured", 0)
    with op.batch_alter_table("posts", table_kwargs={"sqlite_strict": True}) as posts:
        posts.create_check_constraint("posts_form_known", "form IN ('original', 'smaller', 'preview')")
    added("cards", "look", "")
    added("votes", "groups", "[]")
