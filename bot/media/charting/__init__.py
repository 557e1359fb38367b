"""How charts look, drawn with matplotlib; only workers import what is in here, see ``bot.media.chart``.

The parts, from the outside in: ``drawing`` chooses; ``days``, ``people`` and ``finished`` draw one kind each, on the
``sheet`` with its title and its key; ``looks`` has colours, hatches and sizes, ``letters`` the fonts.
"""
