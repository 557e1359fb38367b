"""The parts of the server, for those that need several."""

from __future__ import annotations

from dataclasses import dataclass

from tests.adapters.slack.fake.delivery import Delivery
from tests.adapters.slack.fake.files import Files
from tests.adapters.slack.fake.replies import Replies
from tests.adapters.slack.fake.screens import Screens
from tests.adapters.slack.fake.signed import SignedHttp
from tests.adapters.slack.fake.sockets import Sockets
from tests.adapters.slack.fake.trouble import Trouble
from tests.adapters.slack.fake.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the server is made of."""

    world: World
    sockets: Sockets
    signed: SignedHttp
    delivery: Delivery
    replies: Replies
    screens: Screens
    trouble: Trouble
    files: Files
