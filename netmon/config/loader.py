"""Load an inventory and the profiles that it can name: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from netmon.config.inventory import load_inventory
from netmon.config.profiles import known_profiles
from netmon.model.inventory import Inventory
from netmon.model.profile import Profiles


class Loader:
    """Loads one directory, as often as it is asked. ``profiles`` go with the last inventory."""

    def __init__(self, inventory: Path) -> None:
        self.profiles = Profiles({})
        self._path = inventory

    def load(self) -> Inventory:
        """Return the inventory; ``profiles`` stay the same object where they did not change.

        Raises:
            ConfigError: with every mistake; ``profiles`` stay what they were.
        """
        profiles = known_profiles(self._path)
        inventory = load_inventory(self._path, [str(id_) for id_ in profiles.by_id])
        if profiles != self.profiles:
            self.profiles = profiles
        return inventory
