"""By which words a file can name a unit, and which units keep figures: the organisation and its departments, never a team."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

EVERYBODY = frozenset(
    {"", "totaal", "total", "organisatie", "organisation", "hele organisatie", "iedereen", "alle", "all"}
)


@dataclass(frozen=True)
class Place:
    """A unit as far as figures need it. `depth` 0 is the organisation itself."""

    id: int
    parent: int | None
    code: str
    name: str


class NoPlace(Exception):
    """No unit is called so."""


class TwoPlaces(Exception):
    """More than one unit is called so."""


class Places:
    """The tree of units, for look-up by code, by name, or by a path of either from the top."""

    def __init__(self, units: Iterable[Place]) -> None:
        self.by_id = {unit.id: unit for unit in units}
        self.root = next(unit for unit in self.by_id.values() if unit.parent is None)
        self.children: dict[int | None, list[Place]] = defaultdict(list)
        self._codes: dict[str, Place] = {}
        self._names: dict[str, list[Place]] = defaultdict(list)
        for unit in self.by_id.values():
            self.children[unit.parent].append(unit)
            self._codes[_bare(unit.code)] = unit
            self._names[_bare(unit.name)].append(unit)

    def find(self, text: str) -> Place:
        """The unit that a cell names; an empty cell or "totaal" is the organisation. Raises NoPlace, TwoPlaces."""
        bare = _bare(text)
        if bare in self._codes:
            return self._codes[bare]
        named = self._names.get(bare, [])
        if len(named) > 1:
            raise TwoPlaces
        if named:
            return named[0]
        if bare in EVERYBODY:
            return self.root
        steps = [_bare(step) for step in re.split(r"\s*[/>\\]\s*", text) if step.strip()]
        if len(steps) < 2:
            raise NoPlace
        return self._walk(steps[1:] if steps[0] in (_bare(self.root.name), _bare(self.root.code)) else steps)

    def _walk(self, steps: list[str]) -> Place:
        at = self.root
        for step in steps:
            below = [one for one in self.children[at.id] if step in (_bare(one.name), _bare(one.code))]
            if len(below) != 1:
                raise TwoPlaces if below else NoPlace
            at = below[0]
        return at

    def keeps(self, place: Place) -> bool:
        """Figures are kept for the organisation, what stands directly below it, and whatever has units below it."""
        return place.parent in (None, self.root.id) or bool(self.children[place.id])


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()
