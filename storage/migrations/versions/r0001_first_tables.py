"""The first tables."""

from storage.migrations.columns import index, key, known, number, table, text, there, unique

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, parents first."""
    _places()
    _shots()
    _takes()
    _work()
    _books()
    _talk()


def _places() -> None:
    table(
        "workspaces",
        *text("id", "platform", "name", "policy"),
        *number("active"),
        *text("paused_by", null=True),
        *number("created_at"),
        key("workspace_key", "id"),
    )
    table(
        "channels",
        *text("id", "workspace", "name", "policy", "contact_name"),
        *text("contact", "paused_by", null=True),
        *number("welcomed_at", null=True),
        *number("created_at"),
        key("channel_key", "id"),
        there("channels", "workspace", "workspaces"),
    )


def _shots() -> None:
    table(
        "shots",
        *text("id", "workspace", "model", "mode", "prompt", "ratio"),
        *number("seconds", "draft_seconds", "audio"),
        *text("bitrate", "look", "pictures"),
        *number("created_at"),
        key("shot_key", "id"),
        there("shots", "workspace", "workspaces"),
    )
    table(
        "cards",
        *text("id", "workspace", "channel", "person"),
        *text("message", null=True),
        *number("version", "drawn", "reposts", "mentioned", "created_at"),
        key("card_key", "id"),
        there("cards", "workspace", "workspaces"),
        there("cards", "channel", "channels"),
    )
    index("cards", "message")
    index("cards", "channel")
    table(
        "slates",
        *text("id", "workspace", "channel", "person", "prompt"),
        *number("count", "created_at"),
        key("slate_key", "id"),
        there("slates", "id", "cards"),
        there("slates", "workspace", "workspaces"),
        there("slates", "channel", "channels"),
    )


def _takes() -> None:
    table(
        "keys",
        *text("id"),
        *number("slots"),
        *number("paused_until", null=True),
        *text("paused_for"),
        *number("paused_at", "told_at", null=True),
        *number("unknowns"),
        *number("balance", null=True),
        key("key_key", "id"),
    )
    table(
        "takes",
        *text("id", "workspace", "channel", "person", "person_name", "shot", "card"),
        *text("slate", null=True),
        *number("number"),
        *text("label", "stage"),
        *text("draft", null=True),
        *number("round"),
        *text("key", "model", "resolution"),
        *number("seconds", "lane", "created_at"),
        *text("state"),
        *number("ver", "state_at"),
        *number("due_at", "queued_at", "order_at", null=True),
        *text("asked", null=True),
        *number("asked_until", "asked_owner_at", null=True),
        *text("approved_by"),
        *number("price", "held", "charged"),
        *number("named", null=True),
        *number("unverified", "overrun"),
        *text("job", null=True),
        *number("submitted_at", null=True),
        *number("usual_ms"),
        *number("done_at", null=True),
        *text("output_url", null=True),
        *number("url_expires_at", null=True),
        *number("returns", "faults"),
        *number("tried_since", "missing_since", null=True),
        *text("problem"),
        *number("question_at", "question_ver", "late_told_at", null=True),
        *number("late"),
        *text("clip", null=True),
        *number("clip_size", null=True),
        *text("clip_sha256", null=True),
        *number("clip_ms", null=True),
        *text("clip_note"),
        *number("purged_at", null=True),
        *number("cancel_asked", "dismissed", "kept", "hidden"),
        *text("rejected_by"),
        key("take_key", "id"),
        known("takes", "stage", "draft", "final"),
        known(
            "takes",
            "state",
            "asked",
            "armed",
            "queued",
            "admitted",
            "submitting",
            "rendering",
            "unknown",
            "fetching",
            "delivering",
            "delivered",
            "shelved",
            "undeliverable",
            "refused",
            "failed",
            "cancelled",
            "declined",
            "expired",
            "released",
            "written_off",
            "lost",
        ),
        known("takes", "asked", "confirm", "cap", "owner"),
        there("takes", "workspace", "workspaces"),
        there("takes", "channel", "channels"),
        there("takes", "shot", "shots"),
        there("takes", "card", "cards"),
        there("takes", "slate", "slates"),
        there("takes", "draft", "takes"),
        there("takes", "key", "keys"),
    )
    unique(
        "one_live_final",
        "takes",
        "draft",
        "round",
        when=(
            "stage = 'final' AND late = 0 AND state NOT IN ('cancelled', 'declined', 'expired', "
            "'failed', 'lost', 'refused', 'released', 'written_off')"
        ),
    )
    unique("one_take_per_job", "takes", "key", "job")
    index("takes", "card")
    index("takes", "state", "due_at")
    index("takes", "channel", "created_at")
    index("takes", "draft")
    index("takes", "workspace", "person")
    index("takes", "model", "resolution", "seconds", "done_at")


def _work() -> None:
    table(
        "attempts",
        *text("id", "take", "kind", "owner"),
        *number("started_at", "expires_at"),
        *text("outcome"),
        *number("ended_at", null=True),
        *text("endpoint", "order_sha256", "payload", "answer"),
        *number("balance", null=True),
        key("attempt_key", "id"),
        known("attempts", "kind", "prepare", "submit", "fetch", "post"),
        known("attempts", "outcome", "sending", "accepted", "unknown", "refused", "not_sent", "closed"),
        there("attempts", "take", "takes"),
    )
    unique(
        "one_live_submit", "attempts", "take", when="kind = 'submit' AND outcome IN ('accepted', 'sending', 'unknown')"
    )
    unique("one_live_post", "attempts", "take", when="kind = 'post' AND outcome IN ('sending', 'unknown')")
    index("attempts", "take", "kind")
    index("attempts", "kind", "outcome")
    table(
        "slots",
        *text("take", "key"),
        *number("free_at", null=True),
        key("slot_key", "take"),
        there("slots", "take", "takes"),
        there("slots", "key", "keys"),
    )
    index("slots", "key")


def _books() -> None:
    table(
        "budgets",
        *text("scope"),
        *number("period_start"),
        *number("period_end", "cap", null=True),
        *number("cap_version", "used", "held", "used_finals"),
        *text("stopped_by", null=True),
        key("budget_key", "scope", "period_start"),
    )
    index("budgets", "scope", "period_end")
    table(
        "ledger",
        *text("id", "take", "scope"),
        *number("period_start"),
        *text("kind"),
        *number("amount", "held"),
        *text("reason", "evidence"),
        *number("at"),
        *text("by"),
        key("line_key", "id"),
        known("ledger", "kind", "hold", "settle", "release", "adjust"),
        there("ledger", "take", "takes"),
    )
    unique("one_hold", "ledger", "take", "scope", when="kind = 'hold'")
    unique("one_settle", "ledger", "take", "scope", when="kind = 'settle'")
    unique("one_release", "ledger", "take", "scope", when="kind = 'release'")
    unique("one_adjust", "ledger", "take", "scope", "reason", "evidence", when="kind = 'adjust'")
    index("ledger", "scope", "period_start")
    index("ledger", "take")
    table(
        "alerts",
        *text("scope"),
        *number("period_start", "cap_version", "step", "at"),
        key("alert_key", "scope", "period_start", "cap_version", "step"),
    )


def _talk() -> None:
    table(
        "votes",
        *text("take"),
        *number("round"),
        *text("person", "meaning", "source", "message", "name"),
        *number("guest", "counted", "standing", "at"),
        *text("used_by", null=True),
        key("vote_key", "take", "round", "person", "meaning", "source", "message"),
        known("votes", "meaning", "approve", "reject"),
        known("votes", "source", "reaction", "button", "verb"),
        there("votes", "take", "takes"),
        there("votes", "used_by", "takes"),
    )
    table(
        "posts",
        *text("nonce", "take", "channel", "state"),
        *text("message", "file_id", null=True),
        *number("created_at"),
        key("post_key", "nonce"),
        known("posts", "state", "sending", "posted", "gone"),
        there("posts", "take", "takes"),
    )
    unique("one_post_under_way", "posts", "take", when="state = 'sending'")
    index("posts", "take")
    index("posts", "message")
    table(
        "outbox",
        *text("id", "channel"),
        *text("card", null=True),
        *text("line", "facts"),
        *text("to", null=True),
        *number("rank", "due_at", "tries", "created_at"),
        key("outbox_key", "id"),
        known("outbox", "rank", 0, 1, 2, 3),
    )
    index("outbox", "rank", "due_at")
    table(
        "inbound",
        *text("id"),
        *number("at"),
        key("inbound_key", "id"),
    )
    index("inbound", "at")
