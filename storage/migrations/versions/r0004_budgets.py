"""What each ledger line was for; what owners have set; batches."""

from alembic import op

from storage.migrations.columns import NUMBER, TEXT, index, key, number, table, text, there

revision = "0004"
down_revision = "0003"

#: What each line adds to the number of takes that cost or hold anything: in each scope a take's amounts sum to
#: what it costs or holds.
COUNTED = """
    UPDATE ledger SET takes = counted.change FROM (
        SELECT id,
            (CASE WHEN after <> 0 THEN 1 ELSE 0 END) - (CASE WHEN after - amount <> 0 THEN 1 ELSE 0 END) AS change
        FROM (
            SELECT id, amount, SUM(amount) OVER (
                PARTITION BY take, scope ORDER BY CASE kind WHEN 'hold' THEN 0 ELSE 1 END, at, id
            ) AS after
            FROM ledger
        ) AS summed
    ) AS counted
    WHERE counted.id = ledger.id
"""


def upgrade() -> None:
    """Lines learn from their takes; sums stay as they are."""
    _lines()
    table(
        "changes",
        *text("id", "scope", "what", "before", "after", "by", "by_name"),
        *number("at"),
        key("change_key", "id"),
    )
    index("changes", "scope", "at")
    _batches()
    # The buttons of questions that are open say not when they were put, and answer nothing: they may be put anew.
    op.execute("UPDATE takes SET asked_owner_at = NULL WHERE state = 'asked'")


def _lines() -> None:
    with op.batch_alter_table("ledger", table_kwargs={"sqlite_strict": True}) as ledger:
        for word in text("person", "stage", "model", null=True):
            ledger.add_column(word)
        for whole in number("takes", null=True):
            ledger.add_column(whole)
    for name in ("person", "stage", "model"):
        op.execute(f"UPDATE ledger SET {name} = (SELECT {name} FROM takes WHERE takes.id = ledger.take)")  # noqa: S608  # names of ours
    op.execute(COUNTED)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # it alters no table whose rows it has still to check
    with op.batch_alter_table("ledger", table_kwargs={"sqlite_strict": True}) as ledger:
        for name in ("person", "stage", "model"):
            ledger.alter_column(name, existing_type=TEXT, nullable=False)
        ledger.alter_column("takes", existing_type=NUMBER, nullable=False)
        ledger.create_check_constraint("ledger_stage_known", "stage IN ('draft', 'final')")
    op.drop_index("ledger_by_scope_period_start", "ledger")
    index("ledger", "scope", "period_start", "at")


def _batches() -> None:
    table(
        "batches",
        *text("id", "workspace", "channel", "person", "person_name"),
        *number("count", "ordered", "created_at"),
        *number("answered_at", "reported_at", null=True),
        key("batch_key", "id"),
        there("batches", "id", "cards"),
        there("batches", "workspace", "workspaces"),
        there("batches", "channel", "channels"),
    )
    with op.batch_alter_table("slates", table_kwargs={"sqlite_strict": True}) as slates:
        for word in text("batch", null=True):
            slates.add_column(word)
        for whole in number("sheet", null=True):
            slates.add_column(whole)
        slates.create_foreign_key(
            "slates_batch_there", "batches", ["batch"], ["id"], deferrable=True, initially="DEFERRED"
        )
    index("slates", "batch")
