"""Webhook addresses and the secret that signs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.jobs.callbacks import Callbacks, kept_secret

CALLS = Callbacks(public_url="https://bot.example/dailies", secret=b"s" * 32)


def test_an_address_is_known_again() -> None:
    """The address names its attempt behind the public one, and only its own signature fits."""
    start, signature = CALLS.address("a1").rsplit("/", 1)
    assert start == "https://bot.example/dailies/webhooks/muapi/a1"
    assert CALLS.is_ours("a1", signature)


def test_forged() -> None:
    """Another signature, another attempt's, or another installation's is not ours."""
    signature = CALLS.address("a1").rsplit("/", 1)[1]
    for forged in (signature[:-1], "0" * len(signature), signature.upper(), f"ü{signature}", "", "\udc80"):
        assert not CALLS.is_ours("a1", forged)
    assert not CALLS.is_ours("a2", signature)
    assert not Callbacks(public_url=CALLS.public_url, secret=b"t" * 32).is_ours("a1", signature)
    assert not CALLS.is_ours("\udc80", signature)


def test_the_secret_is_not_shown() -> None:
    """No way of printing it shows what signs."""
    assert "sss" not in repr(CALLS)


def test_the_secret_is_kept(tmp_path: Path) -> None:
    """Made once, for this account only, and the same after a restart; half of one is never left."""
    path = tmp_path / "webhook.secret"
    (tmp_path / "webhook.secret.part").write_bytes(b"half")
    secret = kept_secret(path)
    assert kept_secret(path) == secret
    assert len(secret) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["webhook.secret"]
    assert kept_secret(tmp_path / "other") != secret


def test_a_damaged_secret(tmp_path: Path) -> None:
    """It is named with the remedy, and not replaced by itself: addresses under way would be forged ones."""
    (tmp_path / "webhook.secret").write_bytes(b"short")
    with pytest.raises(StoreError, match=r"webhook\.secret is damaged; remove it"):
        kept_secret(tmp_path / "webhook.secret")


def test_a_secret_that_cannot_be_made(tmp_path: Path) -> None:
    """A home that is a file is said so."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be read or made: "):
        kept_secret(tmp_path / "file" / "webhook.secret")
