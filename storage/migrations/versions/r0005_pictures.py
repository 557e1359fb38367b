"""Pictures of clips; how a clip is posted; how a card's finals are to look; groups of voters; what adapters note."""

from alembic import op

from storage.migrations.columns import NUMBER, TEXT, index, key, known, number, table, text, there

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
    _add("posts", "form", "original")
    _add("posts", "pictured", 0)
    with op.batch_alter_table("posts", table_kwargs={"sqlite_strict": True}) as posts:
        posts.create_check_constraint("posts_form_known", "form IN ('original', 'smaller', 'preview')")
    _add("cards", "look", "")
    _add("votes", "groups", "[]")


def _add(of: str, name: str, value: str | int) -> None:
    """A column that every row has; those of before have ``value``."""
    is_number = isinstance(value, int)
    with op.batch_alter_table(of, table_kwargs={"sqlite_strict": True}) as altered:
        for column in number(name, null=True) if is_number else text(name, null=True):
            altered.add_column(column)
    literal = value if is_number else f"'{value}'"
    op.execute(f"UPDATE {of} SET {name} = {literal}")  # noqa: S608  # names of ours
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # it alters no table whose rows it has still to check
    with op.batch_alter_table(of, table_kwargs={"sqlite_strict": True}) as altered:
        altered.alter_column(name, existing_type=NUMBER if is_number else TEXT, nullable=False)
