"""A channel in the terminal, through the same Chat port and the same commands as any other chat.

In the order of a line's life:

- ``reading``, ``editor``: a line is typed or read; ``lines``: what it asks for
- ``session``: it becomes a command, the answer is shown; ``finding``: which message or button is meant
- ``chat``: the Chat port; ``book``, ``entries``: what stands in a channel; ``shelf``: the files that go
  with it; ``disk``: kept whole, or not at all
- ``rendering``: a message in lines of text; ``cells``: harmless, and folded by its width
- ``screen``: a plain transcript; ``live``: a terminal on which cards change in place
"""

from adapters.local.chat import LocalChat
from adapters.local.screen import NoScreen, Screen, Transcript
from adapters.local.session import Desk, EndOfSession, Session

__all__ = ["Desk", "EndOfSession", "LocalChat", "NoScreen", "Screen", "Session", "Transcript"]
