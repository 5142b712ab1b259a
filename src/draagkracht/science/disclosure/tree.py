"""The tree of units with its respondents, as the planner works on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

# Anything hashable; typed loosely, because a mapping does not vary in its keys.
Person: TypeAlias = Any
Path: TypeAlias = tuple[str, ...]


@dataclass(eq=False, slots=True)
class Node:
    """A unit, or several leaf units that share one figure (`paths` then has more than one).

    own        respondents counted here and in no published unit below: the atom. An unpublished node's is empty,
               for they are counted in the nearest published unit above.
    passed_up  respondents that it handed to its parent because they were too few
    given      how many of its atom are held back from it
    fixed      shares one figure with siblings
    merged_into  the node of the group that took this unit's place
    """

    paths: tuple[Path, ...]
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    own: list[Person] = field(default_factory=list)
    invited: int = 0
    published: bool = False
    withheld: bool = False
    passed_up: list[Person] = field(default_factory=list)
    given: int = 0
    fixed: bool = False
    merged_into: Node | None = None

    @property
    def depth(self) -> int:
        return len(self.paths[0])

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first, siblings by path."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def counted(self) -> int:
        """Respondents counted in this node."""
        return sum(len(node.own) for node in self.walk())


@dataclass(eq=False, slots=True)
class Tree:
    """All units of one wave; `invited` and `answered` are per unit, at or below it; `home` is a respondent's own unit."""

    root: Node | None
    nodes: dict[Path, Node]
    invited: dict[Path, int]
    answered: dict[Path, int]
    home: dict[Person, Path]


def build(members: Iterable[tuple[Person, Path, bool]], groups: Sequence[tuple[Path, ...]]) -> Tree:
    """Build the tree; `groups` of sibling leaf units become one node each."""
    invited_here: dict[Path, int] = {}
    home: dict[Person, Path] = {}
    own: dict[Path, list[Person]] = {}
    for person, path, answered in members:
        invited_here[path] = invited_here.get(path, 0) + 1
        if answered:
            home[person] = path
            own.setdefault(path, []).append(person)
    invited, answered_at = _totals(invited_here), _totals({path: len(people) for path, people in own.items()})
    group_of = _groups(groups, set(invited))
    nodes: dict[Path, Node] = {}
    for path in sorted(invited, key=lambda path: (len(path), path)):
        paths = group_of.get(path, (path,))
        node = nodes[path] = nodes[paths[0]] if path != paths[0] else Node(paths, fixed=len(paths) > 1)
        node.own.extend(own.get(path, ()))
        node.invited += invited[path]
        if path == paths[0] and len(path) > 1:
            node.parent = nodes[path[:-1]]
            node.parent.children.append(node)
    root = next(iter(nodes.values()), None)
    return Tree(root, nodes, invited, {path: answered_at.get(path, 0) for path in invited}, home)


def _totals(here: dict[Path, int]) -> dict[Path, int]:
    total: dict[Path, int] = {}
    for path, count in here.items():
        for size in range(1, len(path) + 1):
            total[path[:size]] = total.get(path[:size], 0) + count
    return total


def _groups(groups: Sequence[tuple[Path, ...]], paths: set[Path]) -> dict[Path, tuple[Path, ...]]:
    """For each unit of a group, the units of that group that still exist as leaves; ValueError for units of two parents."""
    inner = {path[:-1] for path in paths}
    found: dict[Path, tuple[Path, ...]] = {}
    for group in groups:
        if len(set(group)) < 2 or len({path[:-1] for path in group}) != 1:
            raise ValueError(f"a group is two or more units under one parent: {group}")
        here = tuple(path for path in group if path in paths and path not in inner)
        for path in here:
            if path in found:
                raise ValueError(f"a unit belongs to two groups: {path}")
            found[path] = here
    return found
