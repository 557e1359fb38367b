"""A simulated provider: a real HTTP server on loopback that an unmodified client can use.

It makes real MP4 files on a scaled clock, keeps a wallet, and counts what it bills, so that a test
can prove that nothing was bought twice. Where a thing is, in the order of a job's life:

- ``server``: starts and stops; ``plan``: how it is to behave; ``world``: what all handlers share
- ``orders``: the submit, with ``models`` and ``validation``; ``faults`` and ``armory``: trouble on demand
- ``book``: the jobs, ``jobs``: what one is at any moment, ``fate`` and ``latency``: what becomes of it and when
- ``questions``: polls, history, balance, prices; ``account``: keys, topping up; ``shapes``: the guide's and the
  vendor's words; ``references``: the length of the videos that an order starts from
- ``webhooks``, ``caller``: who is called when a job has ended, and how often
- ``files``, ``uploads``: bytes out and in; ``shelf``: where they lie
- ``clips``, with ``picture``, ``writing``, ``motion`` and ``sound``: what they show
- ``control``: the books, for tests

The names of all faults, and how to ask for one, are in ``faults``; ``legend()`` lists them.
"""

from adapters.muapi.simulator.caller import Call
from adapters.muapi.simulator.control import Report
from adapters.muapi.simulator.faults import Fault, legend
from adapters.muapi.simulator.jobs import Bill
from adapters.muapi.simulator.plan import Auth, Plan, Shape
from adapters.muapi.simulator.server import DEFAULT_BALANCE, Simulator

__all__ = ["DEFAULT_BALANCE", "Auth", "Bill", "Call", "Fault", "Plan", "Report", "Shape", "Simulator", "legend"]
