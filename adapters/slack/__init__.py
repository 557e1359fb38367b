"""Slack: events become commands, answers become messages; nothing is decided here.

In the order of an event's life:

- ``serving``: a socket, or signed HTTP; ``app``: bolt's listeners; ``payloads``: what Slack sends, no field trusted;
  ``deliveries``: what came twice
- ``commands``, ``actions``, ``shortcuts``, ``mentions``, ``reactions``, ``arrivals``: each becomes a command;
  ``people``, ``places``, ``teams``: who says it, and where; ``fetching``: the pictures that go with it
- ``answering``: acknowledged after the commit, within three seconds; ``views``: windows with fields;
  ``home``: the home tab; ``handing``: a file for one person

In the order of a message's:

- ``chat``: the Chat port; ``sending``: once, in time, and no faster than Slack takes it;
  ``rooms``: whether it may be said there; ``keycaps``: the numbers under a sheet
- ``cards``, ``blocks``, ``text``: what it looks like; ``pictures``: the files of its pictures
- ``uploads``, ``filing``: clips; ``shelves``: what is noted for after a restart
- ``client``: Slack's Web API, its errors translated; ``ids``; ``needs``, ``checkup``: what the app must be allowed
"""
