"""The one table of settings, from which reading, help, the README's table and the check for unknown names follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from bot.core.money import Money
from bot.core.policy import CapPolicy, ChannelPolicy, WorkspacePolicy
from bot.settings.buckets import BucketName, bucket, region
from bot.settings.discord import bot_token, contradictions_of_discord, guilds
from bot.settings.slack import contradictions_of_slack
from bot.settings.values import (
    ENTRY,
    Entry,
    Listen,
    Secret,
    base_url,
    command,
    database_url,
    dollars,
    existing_file,
    factor,
    folder,
    listening,
    one_of,
    optional,
    people,
    secret,
    setting,
    whole,
    zone,
)

FILE_NAME = "dailies.toml"
DATABASE_NAME = "dailies.db"
SQLITE = "sqlite+aiosqlite:///"
CONFIG, HOME = "DAILIES_CONFIG", "DAILIES_HOME"
ENV_FILE, ENV_FILE_NAME = "DAILIES_ENV_FILE", ".env"
ARCHIVE_PUBLIC_URL = "DAILIES_ARCHIVE_PUBLIC_URL"

_CHANNEL, _WORKSPACE = ChannelPolicy(), WorkspacePolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an installation may set; ``Settings()`` is all of the defaults."""

    config: Path | None = optional(
        CONFIG, existing_file(), "the file of settings", f"{FILE_NAME} in {HOME} or the working directory"
    )
    env_file: Path | None = optional(
        ENV_FILE,
        existing_file(),
        "a file of lines NAME=value that are as if set in the environment, which wins",
        f"{ENV_FILE_NAME} in the working directory",
    )
    home: Path = setting(HOME, folder(), "where rows, clips and answers are kept", "~/.dailies")
    own_database_url: Secret | None = optional(
        "DAILIES_DATABASE_URL", database_url(), "the database", f"{DATABASE_NAME} in {HOME}"
    )
    timezone: str = setting("DAILIES_TIMEZONE", zone(), "the zone of days, weeks and months", "UTC")
    owners: tuple[str, ...] = setting("DAILIES_OWNERS", people(), "who pays, sets caps and is asked", "")
    catalogue: Path | None = optional(
        "DAILIES_CATALOGUE", existing_file(), "a catalogue of models and prices instead of the built-in one", "built in"
    )

    muapi_api_key: Secret | None = optional("MUAPI_API_KEY", secret(), "the provider's key")
    muapi_base_url: str = setting("MUAPI_BASE_URL", base_url(), "where the provider is", "https://muapi.ai/api/v1")
    muapi_auth: str = setting(
        "MUAPI_AUTH", one_of("both", "bearer", "x-api-key"), "the headers that carry the key", "both"
    )
    muapi_resend_5xx: str = setting(
        "MUAPI_RESEND_5XX",
        one_of("careful", "guide", "never"),
        "whether an order answered with a 5xx is sent again; only never excludes a second bill",
        "careful",
    )
    provider_scale: float = setting(
        "DAILIES_PROVIDER_SCALE", factor(10), "multiplies the provider's seconds, for the simulator", "1"
    )
    slots: int = setting("DAILIES_SLOTS", whole(1, 10), "orders at the provider at once, for each key", "5")
    failed_unmarked: str = setting(
        "DAILIES_FAILED_UNMARKED",
        one_of("charge", "release"),
        "what a failed order without a refund mark is taken for",
        "charge",
    )
    clip_limit_mb: int = setting(
        "DAILIES_CLIP_LIMIT_MB", whole(1, 10_000, "megabytes"), "the largest clip that is downloaded", "500"
    )
    draft_retention_days: int = setting(
        "DAILIES_DRAFT_RETENTION_DAYS", whole(1, 3650, "days"), "how long a draft's clip is kept", "90"
    )

    archive: BucketName | None = optional(
        "DAILIES_ARCHIVE", bucket(), "a bucket in which clips are kept instead of a folder", f"a folder in {HOME}"
    )
    s3_endpoint: str | None = optional(
        "DAILIES_S3_ENDPOINT", base_url(), "where the bucket's server is", "Amazon's own, of the region"
    )
    s3_region: str = setting("DAILIES_S3_REGION", region(), "the region that the bucket is in", "us-east-1")
    s3_access_key_id: Secret | None = optional("DAILIES_S3_ACCESS_KEY_ID", secret(), "the bucket's key: its name")
    s3_secret_access_key: Secret | None = optional("DAILIES_S3_SECRET_ACCESS_KEY", secret(), "the bucket's key")
    s3_style: str = setting(
        "DAILIES_S3_STYLE",
        one_of("auto", "path", "host"),
        "whether the bucket stands in an address's path or host; auto: path with DAILIES_S3_ENDPOINT, else host",
        "auto",
    )
    archive_public_url: str | None = optional(
        ARCHIVE_PUBLIC_URL,
        base_url(),
        "where others reach the bucket's server, for links",
        "as DAILIES_S3_ENDPOINT, unless that is this machine",
    )
    link_days: int = setting("DAILIES_LINK_DAYS", whole(1, 7, "days"), "how long a link to a clip holds", "7")

    channel_cap: Money = setting(
        "DAILIES_CHANNEL_CAP", dollars(), "a new channel's cap for each month", f"{_CHANNEL.cap.amount}"
    )
    workspace_cap: Money = setting(
        "DAILIES_WORKSPACE_CAP", dollars(), "the workspace's cap for each month", f"{_WORKSPACE.cap.amount}"
    )
    person_cap: Money | None = optional("DAILIES_PERSON_CAP", dollars(), "each person's cap for each month", "no cap")
    confirm_above: Money = setting(
        "DAILIES_CONFIRM_ABOVE", dollars(), "dearer orders are confirmed by their maker", f"{_CHANNEL.confirm_above}"
    )
    grace_s: int = setting(
        "DAILIES_GRACE", whole(0, 120, "seconds"), "the time for Undo before a final is ordered", f"{_CHANNEL.grace_s}"
    )
    quorum: int = setting("DAILIES_QUORUM", whole(1, 20), "approvals that a final needs", f"{_CHANNEL.quorum}")

    http: Listen | None = optional(
        "DAILIES_HTTP", listening(), "where health, metrics and webhooks are served", "not served"
    )
    public_url: str | None = optional(
        "DAILIES_PUBLIC_URL", base_url(), "where the provider reaches DAILIES_HTTP, to call when an order is done"
    )

    log_level: str = setting(
        "DAILIES_LOG_LEVEL", one_of("debug", "info", "warning", "error"), "the least that is logged", "info"
    )
    log_format: str = setting("DAILIES_LOG_FORMAT", one_of("json", "text"), "how a log line is written", "text")

    slack_bot_token: Secret | None = optional("SLACK_BOT_TOKEN", secret("xoxb-"), "Slack: the bot's token")
    slack_app_token: Secret | None = optional("SLACK_APP_TOKEN", secret("xapp-"), "Slack: the token of socket mode")
    slack_signing_secret: Secret | None = optional(
        "SLACK_SIGNING_SECRET", secret(), "Slack: what requests over HTTP are signed with"
    )
    slack_api_url: str | None = optional(
        "SLACK_API_URL", base_url(), "Slack: another address of its API", "Slack's own"
    )
    slack_http: Listen | None = optional(
        "SLACK_HTTP", listening(), "Slack: where its signed requests are served instead of socket mode", "socket mode"
    )
    slack_clip_command: str = setting(
        "SLACK_CLIP_COMMAND", command(), "Slack: the command that makes and reviews clips", "/clip"
    )
    slack_dailies_command: str = setting(
        "SLACK_DAILIES_COMMAND", command(), "Slack: the command of money and settings", "/dailies"
    )
    discord_bot_token: Secret | None = optional("DISCORD_BOT_TOKEN", bot_token(), "Discord: the bot's token")
    discord_dev_guilds: tuple[int, ...] = setting(
        "DISCORD_DEV_GUILDS", guilds(), "Discord: servers whose commands are theirs alone, to try new ones at once", ""
    )
    discord_file_limit_mb: int | None = optional(
        "DISCORD_FILE_LIMIT_MB",
        whole(1, 1_000, "megabytes"),
        "Discord: the largest file that it takes, should that not be what it says",
        "as Discord says",
    )
    discord_api_url: str | None = optional(
        "DISCORD_API_URL", base_url(), "Discord: another address of its API", "Discord's own"
    )

    @property
    def database_url(self) -> Secret:
        """Where the rows live, with the path of a SQLite file made absolute: ``sqlite+aiosqlite:////…``."""
        if self.own_database_url is None:
            return Secret(f"{SQLITE}{self.home / DATABASE_NAME}")
        if not self.own_database_url.reveal().startswith(SQLITE):
            return self.own_database_url
        return Secret(f"{SQLITE}{self.home / self.own_database_url.reveal().removeprefix(SQLITE)}")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret among the settings, for the log to keep out."""
        values = (getattr(self, field.name) for field in fields(self))
        return tuple(value for value in values if isinstance(value, Secret))

    @property
    def contradictions(self) -> tuple[str, ...]:
        """A line for each setting that does not go with another, with what to do."""
        return (*self._of_buckets, *contradictions_of_slack(self), *contradictions_of_discord(self))

    @property
    def _of_buckets(self) -> tuple[str, ...]:
        key = {
            "DAILIES_S3_ACCESS_KEY_ID": self.s3_access_key_id,
            "DAILIES_S3_SECRET_ACCESS_KEY": self.s3_secret_access_key,
        }
        if self.archive is not None:
            return tuple(f"{name}: is not set; {self.archive} is reached with a key" for name in key if not key[name])
        of_buckets = {**key, "DAILIES_S3_ENDPOINT": self.s3_endpoint, ARCHIVE_PUBLIC_URL: self.archive_public_url}
        instead = "set DAILIES_ARCHIVE to s3://<bucket>, or remove this"
        return tuple(f"{name}: is set, and no bucket is: {instead}" for name, value in of_buckets.items() if value)

    @property
    def channel_policy(self) -> ChannelPolicy:
        """The settings that a new channel begins with."""
        return ChannelPolicy(
            cap=CapPolicy(amount=self.channel_cap),
            grace_s=self.grace_s,
            quorum=self.quorum,
            confirm_above=self.confirm_above,
        )

    @property
    def workspace_policy(self) -> WorkspacePolicy:
        """The settings that a new workspace begins with."""
        return WorkspacePolicy(
            cap=CapPolicy(amount=self.workspace_cap),
            person_cap=CapPolicy(amount=self.person_cap),
            owners=self.owners,
        )


#: Every setting by its name, with the name of its field, in the order of the table.
ENTRIES: Mapping[str, tuple[str, Entry]] = {
    field.metadata[ENTRY].name: (field.name, field.metadata[ENTRY]) for field in fields(Settings)
}


def describe() -> str:
    """Every setting with what it takes and its default, for ``--help``."""
    return "\n".join(
        f"{entry.name}\n    {entry.says}\n    {entry.kind.allowed}; default: {entry.default or 'none'}"
        for _, entry in ENTRIES.values()
    )


def table_markdown() -> str:
    """The same as a Markdown table, for the README."""
    lines = ["| setting | decides | allowed | default |", "|---|---|---|---|"]
    lines += [
        f"| `{entry.name}` | {entry.says} | {entry.kind.allowed} | {entry.default or 'none'} |"
        for _, entry in ENTRIES.values()
    ]
    return "\n".join(lines).replace("<", "&lt;")
