"""What an S3-compatible server says when it does not do what it was asked, as what can be done about it."""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import ClientError, SSLError
from botocore.parsers import ResponseParserError

_NO_BUCKET = "there is no such bucket: make it, or correct DAILIES_ARCHIVE"
_MAY_NOT = (
    "the key may not do that there, or the clock of this machine is wrong: let the key list the bucket, and "
    "read, write and delete objects in it"
)
_ELSEWHERE = "the bucket is in another region: set DAILIES_S3_REGION"
_BUSY = "the server is overloaded or ill: it is tried again"
_FULL = "the server has no more room for it: free some there, or raise the bucket's quota"
#: By the server's code, or by the status of an answer without one.
REMEDIES = {
    "NoSuchBucket": _NO_BUCKET,
    "404": _NO_BUCKET,
    "InvalidBucketName": "the server takes no such bucket name: correct DAILIES_ARCHIVE",
    "InvalidAccessKeyId": "the server does not know the key: correct DAILIES_S3_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the secret is not that of the key: correct DAILIES_S3_SECRET_ACCESS_KEY",
    "RequestTimeTooSkewed": "the clock of this machine is wrong: set it, by NTP",
    "AccessDenied": _MAY_NOT,
    "AllAccessDisabled": _MAY_NOT,
    "401": _MAY_NOT,
    "403": _MAY_NOT,
    "PermanentRedirect": _ELSEWHERE,
    "TemporaryRedirect": _ELSEWHERE,
    "AuthorizationHeaderMalformed": _ELSEWHERE,
    "301": _ELSEWHERE,
    "SlowDown": _BUSY,
    "ServiceUnavailable": _BUSY,
    "InternalError": _BUSY,
    "RequestTimeout": _BUSY,
    "500": _BUSY,
    "502": _BUSY,
    "503": _BUSY,
    "504": _BUSY,
    "QuotaExceeded": _FULL,
    "XMinioStorageFull": _FULL,
    "507": _FULL,
    "EntityTooLarge": "the server does not take a file of this size",
    "BadDigest": "the bytes did not arrive as they were sent: it is tried again",
    "InvalidDigest": "the bytes did not arrive as they were sent: it is tried again",
}
LONGEST_CODE_CHARS = 40
#: A server that cannot be talked with at all.
NO_ANSWER = "it does not answer: look at the network and at DAILIES_S3_ENDPOINT"
NO_TRUST = "its certificate is not that of its name, by a public authority: look at DAILIES_S3_ENDPOINT"
NO_S3 = "it answers as no S3 server does: look at DAILIES_S3_ENDPOINT"
TOO_SLOW = "it took too long to answer: look at the network and at DAILIES_S3_ENDPOINT"


def code_of(error: ClientError) -> str:
    """What the server calls it: ``NoSuchBucket``; of an answer without a body the status: ``403``."""
    answer: dict[str, Any] = error.response
    return str(answer.get("Error", {}).get("Code") or status_of(error))


def status_of(error: ClientError) -> int:
    """The status of the answer; 0 without one."""
    answer: dict[str, Any] = error.response
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)


def reason(error: Exception) -> str:
    """Why it was not done, with the remedy; nothing that the server wrote but its code, and nothing of the key."""
    if isinstance(error, TimeoutError):
        return TOO_SLOW
    if isinstance(error, SSLError):
        return NO_TRUST
    if isinstance(error, (KeyError, ResponseParserError)):
        return NO_S3
    if not isinstance(error, ClientError):
        return NO_ANSWER
    code = code_of(error)
    found = REMEDIES.get(code) or REMEDIES.get(str(status_of(error)))
    plain = re.sub(r"[^A-Za-z0-9]", "", code)[:LONGEST_CODE_CHARS]
    known = f" {plain}" if plain and not plain.isdecimal() else ""
    return found or f"it answered {status_of(error)}{known}: look there for what that means"
