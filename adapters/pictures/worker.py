"""Reads a picture in a process of its own, with limits: its bytes are untrusted.

Run as a script (``python -I worker.py FILE``), never imported by the process that it protects. Prints one line of
JSON: ``{"format", "width", "height"}``, or ``{"problem"}`` with ``pixels`` or ``unreadable``.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings

#: Limits of the process; a picture within MOST_PIXELS needs a fraction of them.
MEMORY_BYTES = 1_073_741_824
CPU_S = 10
#: 40 megapixels: more than any model looks at, 160 MB when decoded.
MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def limit() -> None:
    """Bound this process: memory, time, no files written, no core dumped."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(path: str) -> dict[str, object]:
    """What the picture is; its first frame is decoded whole, since a header alone promises anything."""
    from PIL import Image  # noqa: PLC0415 - only after the limits are set

    Image.MAX_IMAGE_PIXELS = None  # a limit of its own, which is checked here before anything is decoded
    with Image.open(path, formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            return {"problem": "pixels"}
        picture.load()
        return {"format": picture.format, "width": width, "height": height}


def main() -> None:
    """Look at the file that the command line names, and say what it is."""
    limit()
    warnings.simplefilter("ignore")
    try:
        answer = look(sys.argv[1])
    except Exception as error:  # noqa: BLE001 - broken pictures raise whatever they like
        answer = {"problem": "unreadable", "kind": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
