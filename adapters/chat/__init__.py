"""What every chat platform's adapter needs, and none of them brings: pace, memory, long texts in parts.

- ``pace``: how often a platform may be asked, the urgent before the less urgent
- ``remembered``: what it was asked a moment ago
- ``notes``: what is to be known again after a restart; ``said``: what was posted under which nonce
- ``turns``: what was begun goes on to its end, and is not begun twice; ``keycaps``: the numbers under a sheet
- ``outcomes``: what came of what a person asked for
- ``parts``: a long text in several fields; ``presses``: the buttons that are answered once
"""
