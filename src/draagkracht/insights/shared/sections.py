"""What the sections of the page of the organisation are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from draagkracht.insights.models import Release
from draagkracht.insights.shared.published import Marks, marks


@dataclass(frozen=True)
class Shown:
    """The round on the page, every round that was published (oldest first), who looks, and whether it is for paper.

    `standing` is that of people.rules: a link stands only where its holder may open it.
    """

    release: Release
    every: tuple[Release, ...]
    standing: Any
    paper: bool = False

    @property
    def known(self) -> Marks:
        """What all published figures follow from: the key under which something made of them alone may be kept."""
        return marks(self.every)
