"""What a worker process may use at most; set by itself before it reads a byte that is not ours."""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict, dataclass
from typing import Self

MEMORY_BYTES = 1 << 30
#: How far a worker stands back behind the process that serves the chat.
NICENESS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one worker."""

    #: Of processor time; the system ends the process that needs more, even when its parent is gone.
    cpu_s: int
    #: The largest file that it may write.
    file_bytes: int = 0
    #: Of address space.
    memory_bytes: int = MEMORY_BYTES

    def text(self) -> str:
        """As a worker's argument."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """The limits from a worker's argument."""
        return cls(**json.loads(text))

    def apply(self) -> None:
        """Limit this process, for good; no core is ever written, for it would hold the clip."""
        if sys.platform != "darwin":  # which has no such limit
            resource.setrlimit(resource.RLIMIT_AS, (self.memory_bytes, self.memory_bytes))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes, self.file_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # At the first it gets SIGXCPU, which names the reason; at the second SIGKILL, which would not.
        resource.setrlimit(resource.RLIMIT_CPU, (self.cpu_s, self.cpu_s + 1))
        os.nice(NICENESS)
