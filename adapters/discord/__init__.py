"""Discord: events become commands, answers become messages; nothing is decided here.

In the order of an event's life:

- ``client``: the gateway and the map of who hears what; ``serving``: until it is to stop; ``people``,
  ``places``: who says it, and where
- ``commands``, ``money``, ``menus``: typed commands and context menus; ``choosing``: what the first two share, from the
  core's table of verbs to the answer; ``suggesting``: what is offered while one types; ``tree``: all of them;
  ``syncing``: Discord is told of them when they have changed
- ``presses`` on ``buttons``, ``submissions`` of ``windows`` with their ``fields``, ``reactions``, ``arrivals``: each
  becomes a command; ``attachments``: the files with it; ``desk``: what all of them work with
- ``answering``: one answer to each interaction, in time; ``saying``: by which way; ``pending``: a card that is the
  answer itself

In the order of a message's:

- ``chat``: the Chat port; ``sending``, ``payloads``: once, in time, and no faster than Discord takes it; ``rooms``:
  whether it may be said there; ``threads``: archived ones; ``forums``; ``direct``: to one person; ``asides``,
  ``beside``: a word on a card; ``keycaps``: the numbers under a sheet; ``votes``: those that stand on a message;
  ``shelves``: what is noted of all this
- ``cards``, ``text``: what it looks like
- ``uploads``: clips; ``filing``: messages with files; ``replies``, ``packing``: a slate's in one, with their
  ``captions``; ``clip_notes``: what is noted before they are sent; ``limits``: how large they may be
- ``errors``: Discord's, translated; ``refusals``: what it forbade just now; ``ids``; ``needs``: what the
  bot must be allowed; ``checkup``: whether it is
"""
