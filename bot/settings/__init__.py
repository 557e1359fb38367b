"""Settings: the environment and one TOML file become a frozen value; each wrong one is named in one line.

The file's keys are the same names in lower case::

    dailies_timezone = "Europe/Berlin"
    dailies_owners = ["U024BE7LH"]
    dailies_channel_cap = 50
"""

from bot.settings.reading import SettingsError, exposed, load
from bot.settings.table import Settings, describe, table_markdown
from bot.settings.values import Secret

__all__ = ["Secret", "Settings", "SettingsError", "describe", "exposed", "load", "table_markdown"]
