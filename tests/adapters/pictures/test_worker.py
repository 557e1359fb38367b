"""The process that reads a picture's bytes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from adapters.pictures import inspection, worker
from adapters.pictures.inspection import Kind
from bot.core.errors import PictureRefused
from tests.adapters.pictures.conftest import picture

#: Run in place of the worker: sets its limits, then tells what it can see and do.
SPY = """
import importlib.util, json, os, resource
spec = importlib.util.spec_from_file_location("worker", {worker!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.limit()
kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
limits = [resource.getrlimit(kind)[0] for kind in kinds]
print(json.dumps({{"secret": "MUAPI_API_KEY" in os.environ, "limits": limits}}))
"""


def replace_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> Path:
    """Let another script be the worker; a file for it to look at."""
    path = tmp_path / "other.py"
    path.write_text(script)
    monkeypatch.setattr(inspection, "WORKER", path)
    return tmp_path / "any.png"


@pytest.mark.parametrize(
    ("script", "timeout_s"),
    [
        ("raise SystemExit(3)", 20.0),
        ("print('no json')", 20.0),
        ("print('[]')", 20.0),
        ("import time; time.sleep(60)", 0.3),
    ],
    ids=["dies", "babbles", "lists", "hangs"],
)
async def test_a_worker_that_fails_refuses_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, timeout_s: float
) -> None:
    """A worker that dies, says nothing sensible or hangs leaves a refusal and no process."""
    monkeypatch.setattr(inspection, "WORKER_TIMEOUT_S", timeout_s)
    any_file = replace_worker(monkeypatch, tmp_path, script)

    with pytest.raises(PictureRefused, match="no picture that can be read"):
        await inspection.kind_of(any_file)


async def test_the_worker_sees_no_secret_and_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process sees nothing of our environment, and can neither write, grow, run on nor dump core."""
    monkeypatch.setenv("MUAPI_API_KEY", "secret")
    any_file = replace_worker(monkeypatch, tmp_path, SPY.format(worker=worker.__file__))

    assert await inspection.inspect(any_file) == {"secret": False, "limits": [1_073_741_824, 10, 0, 0]}


async def test_the_worker_says_what_a_picture_is(tmp_path: Path) -> None:
    """Kind and size of a real picture come back from the real process."""
    path = tmp_path / "fox"
    path.write_bytes(picture("JPEG", (64, 48)))

    assert await inspection.inspect(path) == {"format": "JPEG", "width": 64, "height": 48}
    assert await inspection.kind_of(path) is Kind.JPEG


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (picture("PNG", (3, 2)), {"format": "PNG", "width": 3, "height": 2}),
        (picture("PNG", (9, 9)), {"problem": "pixels"}),
        (b"noise", {"problem": "unreadable", "kind": "UnidentifiedImageError"}),
    ],
)
def test_the_worker_answers_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    data: bytes,
    answer: dict[str, object],
) -> None:
    """Whatever the bytes are, the answer is JSON."""
    path = tmp_path / "fox"
    path.write_bytes(data)
    monkeypatch.setattr(worker, "limit", lambda: None)  # it would limit this process for good
    monkeypatch.setattr(worker, "MOST_PIXELS", 80)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)  # so that it is put back
    monkeypatch.setattr(sys, "argv", ["worker.py", str(path)])

    worker.main()

    assert json.loads(capsys.readouterr().out) == answer
