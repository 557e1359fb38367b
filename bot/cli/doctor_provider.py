"""What the doctor asks the provider: whether it is there, takes our key, has credit, and what time it is."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.muapi.client import MuapiClient
from bot.app import client_of
from bot.cli.doctor_checks import Check, Grade
from bot.core.clock import SystemClock
from bot.core.errors import KeyRefused, ProviderError
from bot.core.money import Money
from bot.settings import Settings

#: Less does not buy a final.
LITTLE = Money.usd(1)
#: Where Retry-After dates and evidence begin to be misread.
SKEW_MS = 30_000
NOT_SERVED = frozenset({404, 405, 501})


async def provider(settings: Settings) -> Sequence[Check]:
    """Key, address, wallet, clock."""
    if settings.muapi_api_key is None:
        says = "MUAPI_API_KEY is not set, so nothing can be ordered or polled"
        return [Check("provider", Grade.BROKEN, says, "Set it to the key that the provider gave you.")]
    client = client_of(settings, SystemClock())
    try:
        return [await _wallet(client, settings.muapi_base_url), *await _clock(client)]
    finally:
        await client.close()


async def _wallet(client: MuapiClient, url: str) -> Check:
    try:
        amount = (await client.balance()).amount
    except KeyRefused as error:
        remedy = "Set MUAPI_API_KEY to a key that works there; MUAPI_AUTH says which header carries it."
        return Check("provider", Grade.BROKEN, f"{url} does not take the key: {error.text}", remedy)
    except ProviderError as error:
        if error.status in NOT_SERVED:
            remedy = "Look at MUAPI_BASE_URL; if it is right, the first order will tell."
            return Check("provider", Grade.WARNING, f"{url} serves no balance: {error.text}", remedy)
        remedy = "Look at MUAPI_BASE_URL, at this machine's network, and at the provider's status."
        return Check("provider", Grade.BROKEN, f"{url} cannot be asked: {error.text}", remedy)
    if amount < LITTLE:
        return Check("provider", Grade.WARNING, f"{url} takes the key; the wallet holds {amount}", "Top it up.")
    return Check("provider", Grade.OK, f"{url} takes the key; the wallet holds {amount}")


async def _clock(client: MuapiClient) -> Sequence[Check]:
    try:
        skew = await client.clock_skew_ms()
    except ProviderError:
        return ()
    if skew is None:
        return ()
    if abs(skew) <= SKEW_MS:
        return (Check("clock", Grade.OK, "it agrees with the provider's"),)
    says = f"it is {abs(skew) // 1000} s {'ahead of' if skew > 0 else 'behind'} the provider's"
    return (Check("clock", Grade.WARNING, says, "Set this machine's clock, by NTP."),)
