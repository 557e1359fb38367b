"""What settings say of a bucket."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.settings.values import Kind, NotAllowed

#: As S3 takes them: a bucket's name is part of a host's.
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_FOLDER = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}"


@dataclass(frozen=True, slots=True)
class BucketName:
    """A bucket, and what the names in it begin with."""

    bucket: str
    #: Empty, or with a slash at its end.
    prefix: str = ""

    def __str__(self) -> str:
        """As it is set: ``s3://clips/studio``."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def bucket() -> Kind[BucketName]:
    """A bucket by its address, with or without a folder in it."""

    def read(text: str) -> BucketName:
        found = re.fullmatch(rf"s3://({_BUCKET})((?:/{_FOLDER})*)/?", text)
        if found is None:
            raise NotAllowed
        return BucketName(found[1], f"{found[2][1:]}/" if found[2] else "")

    return Kind(allowed="s3://<bucket> or s3://<bucket>/<folder>", read=read)


def region() -> Kind[str]:
    """The name of a server's region."""

    def read(text: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9-]{1,40}", text):
            raise NotAllowed
        return text

    return Kind(allowed="the name of a region, such as eu-central-1", read=read)
