"""What is noted of Discord's messages, and for how long."""

from adapters.chat.notes import Shelf

#: What was posted under which nonce: soon the rows of cards and lines have it; the outbox gives up after three days.
SAID = Shelf(prefix="discord:said:", days=7)
#: What is said on a card beside what core shows.
ASIDES = Shelf(prefix="discord:aside:", days=30)
SHELVES = (SAID, ASIDES)
