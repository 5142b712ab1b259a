"""What was published: immutable rows, computed once when a wave closes; every shared page reads these and no others."""

from .benchmark import Benchmark, NoBenchmark
from .breakdown import ReleasedBreakdown, ReleasedCategory
from .effect import EffectStructure, EffectStudy, ReleasedEffect
from .frozen import Frozen, FrozenManager, FrozenQuerySet, FrozenRow, Reason, frozen_rows
from .relation import ReleasedRelation
from .release import Release, ReleasedCell, ReleasedStructure, ReleasedUnit, reworded
from .research import ResearchExport, ResearchInclusion, ResearchStudy
from .sharing import SharedLink, SharedVisit
from .texts import ReleasedQuestion, ReleasedText, TextDecision, TextReader, TextReading, Verdict

__all__ = [
    "Benchmark",
    "EffectStructure",
    "EffectStudy",
    "Frozen",
    "FrozenManager",
    "FrozenQuerySet",
    "FrozenRow",
    "NoBenchmark",
    "Reason",
    "Release",
    "ReleasedBreakdown",
    "ReleasedCategory",
    "ReleasedCell",
    "ReleasedEffect",
    "ReleasedQuestion",
    "ReleasedRelation",
    "ReleasedStructure",
    "ReleasedText",
    "ReleasedUnit",
    "ResearchExport",
    "ResearchInclusion",
    "ResearchStudy",
    "SharedLink",
    "SharedVisit",
    "TextDecision",
    "TextReader",
    "TextReading",
    "Verdict",
    "frozen_rows",
    "reworded",
]
