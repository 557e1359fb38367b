"""``dailies simulate``: the simulated provider as a server of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from adapters.muapi.simulator import DEFAULT_BALANCE, Auth, Shape, Simulator, legend
from adapters.muapi.simulator.plan import DEFAULT_BASE, DEFAULT_KEY
from adapters.muapi.simulator.server import LOOPBACK
from bot.core.money import Money

DEFAULT_PORT = 8420
LARGEST_PORT = 65_535
EXIT_STOPPED = 0
EXIT_CANNOT_LISTEN = 1
EXIT_BAD_SETTING = 2

ABOUT = "A provider that costs nothing: real HTTP, real MP4 files, play money. Stop it with Ctrl-C."
FAULTS = f"""Faults are asked for by a marker in the prompt, "a fox [[moderation]]"; by a header on the request,
"X-Simulate: slow=20, drop"; or for the next requests by POST /control/faults {{"name": "rate", "times": 2}}.
"name*3" strikes the first three submits of the same body only.

{legend()}

GET /control/bills, /control/jobs and /control/calls show what was ordered and billed, and whose webhooks were called;
POST /control/wallet {{"balance": "5.00"}} changes the wallet. They answer this machine only and need no key."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "simulate",
        description=ABOUT,
        epilog=FAULTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=_port, default=DEFAULT_PORT, help=f"0 is any free one (default {DEFAULT_PORT})")
    add("--host", default=LOOPBACK, help=f"the address to listen on (default {LOOPBACK}: this machine only)")
    add("--key", default=DEFAULT_KEY, help=f"the API key that is accepted (default {DEFAULT_KEY})")
    add("--scale", type=float, default=1.0, help="real seconds per provider second (default 1; 0.01 is fast)")
    add("--seed", type=int, default=0, help="decides every latency (default 0)")
    add("--balance", type=_dollars, default=DEFAULT_BALANCE, metavar="DOLLARS", help="the wallet (default 100)")
    add(
        "--auth",
        choices=[auth.value for auth in Auth],
        default=Auth.BOTH.value,
        help="the header that may carry the key",
    )
    add("--shape", choices=[shape.value for shape in Shape], default=Shape.GUIDE.value, help="whose answers to imitate")
    add("--folder", type=Path, help="keep the clips here (default: a temporary folder)")
    add("--history-lag", type=float, default=0.0, metavar="SECONDS", help="until the history shows a job (default 0)")
    add("--base", default=DEFAULT_BASE, help=f"the path before every endpoint (default {DEFAULT_BASE})")
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; the exit status is 0, 1 when it cannot listen, 2 for a wrong setting."""
    try:
        simulator = _simulator(args)
    except ValueError as error:
        return _fail(f"cannot simulate: {error}", EXIT_BAD_SETTING)
    try:
        async with simulator:
            with _stopped() as stop:
                sys.stdout.write(f"Simulating Muapi at {simulator.base_url} with key {simulator.plan.key}\n")
                sys.stdout.flush()
                await stop.wait()
    except OSError as error:
        return _fail(f"cannot simulate: {error.strerror or error}", EXIT_CANNOT_LISTEN)
    return EXIT_STOPPED


def _simulator(args: argparse.Namespace) -> Simulator:
    return Simulator(
        host=args.host,
        port=args.port,
        balance=args.balance,
        folder=args.folder,
        key=args.key,
        scale=args.scale,
        seed=args.seed,
        auth=Auth(args.auth),
        shape=Shape(args.shape),
        base=args.base,
        history_lag_s=args.history_lag,
    )


@contextlib.contextmanager
def _stopped() -> Iterator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def _fail(text: str, status: int) -> int:
    sys.stderr.write(f"{text}\n")
    return status


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LARGEST_PORT:
        msg = f"{text!r} is not a port: 0 to {LARGEST_PORT}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _dollars(text: str) -> Money:
    try:
        return Money.usd(text.removeprefix("$"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
