"""The archive that the settings name: a folder, or a bucket."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from adapters.archive.copies import Copies
from adapters.archive.folder import FolderArchive
from adapters.archive.own import OwnArchive
from adapters.archive.place import BucketPlace
from bot.core.errors import ArchiveError
from bot.settings import Secret, Settings

#: In DAILIES_HOME: the archive while it is a folder; and the copies of what is in a bucket.
FOLDER, COPIES = "archive", "archive-copies"
NOT_INSTALLED = (
    "DAILIES_ARCHIVE names a bucket, and what reaches it is not installed; install it with: pip install 'aiobotocore'"
)


@contextlib.asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[OwnArchive]:
    """The archive, whose connections are closed at the end; nothing is reached before it is used.

    Raises:
        ArchiveError: it is a bucket, and what reaches buckets is not installed.
    """
    folder = FolderArchive(settings.home / FOLDER)
    place = place_of(settings)
    if place is None:
        yield folder
        return
    try:
        from adapters.archive.s3 import S3Archive  # noqa: PLC0415  # an extra: without it a folder works
    except ModuleNotFoundError as error:
        raise ArchiveError(NOT_INSTALLED) from error
    archive = S3Archive(place, copies=Copies(settings.home / COPIES), before=folder)
    try:
        yield archive
    finally:
        await archive.close()


def place_of(settings: Settings) -> BucketPlace | None:
    """Where the bucket is; ``None`` where the archive is a folder."""
    if settings.archive is None:
        return None
    return BucketPlace(
        bucket=settings.archive.bucket,
        prefix=settings.archive.prefix,
        key_id=_revealed(settings.s3_access_key_id),
        secret=_revealed(settings.s3_secret_access_key),
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        style=settings.s3_style,
        public_url=settings.archive_public_url,
    )


def _revealed(secret: Secret | None) -> str:
    return "" if secret is None else secret.reveal()
