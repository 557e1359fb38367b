"""What is noted of Slack, and for how long."""

from adapters.chat.notes import Shelf

#: An upload is looked for only until its take is delivered: 72 hours at most.
UPLOADS = Shelf(prefix="slack:upload:", days=7)
#: The file of a picture that is shown; a draft's card is drawn again for 90 days at most.
PICTURES = Shelf(prefix="slack:picture:", days=120)
#: Which picture hangs on a card, below those before it whose files are still to be removed; each on a line.
HUNG = Shelf(prefix="slack:hung:", days=120)
#: What was posted under which nonce: soon the rows of cards and lines have it; the outbox gives up after three days.
SAID = Shelf(prefix="slack:said:", days=7)
SHELVES = (UPLOADS, PICTURES, HUNG, SAID)
