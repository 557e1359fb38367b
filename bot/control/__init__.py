"""The control socket: how a command at the console reaches the process that has the rows.

One request per line of JSON, and lines of JSON back: progress, then one answer. What is asked for and what is
answered is the business of ``bot.operations``; here is only the way.
"""

from bot.control.address import bound, connected, socket_path
from bot.control.client import Answered, ControlError, NobodyThere, request
from bot.control.protocol import Failed, Operation, Say
from bot.control.server import ControlServer

__all__ = [
    "Answered",
    "ControlError",
    "ControlServer",
    "Failed",
    "NobodyThere",
    "Operation",
    "Say",
    "bound",
    "connected",
    "request",
    "socket_path",
]
