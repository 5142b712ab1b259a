"""Which small groups two releases isolate when those who are in both gave the same answer twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from heapq import heappop, heappush

from draagkracht.science.disclosure.tree import Path, Person

OUTSIDE = ("outside",)
Graph = dict[Hashable, dict[Hashable, int]]


def small_cuts(before: Mapping[Person, Path], now: Mapping[Person, Path], least: int) -> list[tuple[int, frozenset]]:
    """Cuts of 1 to `least` - 1 people: (people, one side: the atoms of `now` in it, the outside never among them).

    A vertex for each atom of both releases and one for the outside; an edge for each person, from the atom in the one
    to the atom in the other. Empty exactly if no component has a cut of fewer than `least` edges. Not every such
    cut is listed, as those found are joined to search on. Nagamochi and Ibaraki (1992): in an order in which each
    next vertex is the one most strongly attached to those before, ends of an edge are at least as connected as the
    attachment that the edge brought about.
    """
    counts = Counter(
        (("b", before[p]) if p in before else OUTSIDE, ("n", now[p]) if p in now else OUTSIDE)
        for p in {**before, **now}
    )
    edges = dict(sorted(counts.items()))
    graph: Graph = defaultdict(dict)
    for (one, other), people in edges.items():
        graph[one][other] = graph[other][one] = people
    component = _components(graph)
    members: dict[Hashable, set] = {vertex: {vertex} for vertex in graph}
    _join(graph, members, [pair for pair, people in edges.items() if people >= least])
    found = []
    while any(graph.values()):
        strong, last = _pass(graph, least)
        for vertex in last:
            size = sum(graph[vertex].values())
            if 0 < size < least:
                found.append((size, set(members[vertex]), component[vertex]))
                strong.append((vertex, next(iter(graph[vertex]))))
        _join(graph, members, strong)
    return [(size, _side(side, component)) for size, side, component in found]


def _side(side: set, component: set) -> frozenset:
    inside = component - side if OUTSIDE in side else side
    return frozenset(vertex[1] for vertex in inside if vertex[0] == "n")


def _components(graph: Graph) -> dict[Hashable, set]:
    found: dict[Hashable, set] = {}
    for start in graph:
        if start not in found:
            found[start], todo = {start}, [start]
            while todo:
                for vertex in graph[todo.pop()]:
                    if vertex not in found:
                        found[vertex] = found[start]
                        found[start].add(vertex)
                        todo.append(vertex)
    return found


def _pass(graph: Graph, least: int) -> tuple[list, list]:
    """Pairs that no cut of fewer than `least` separates; and of each component the vertex that came last."""
    strong, last = [], []
    done: set = set()
    for start in graph:
        if start in done:
            continue
        attached: dict[Hashable, int] = {start: 0}
        heap: list = [(0, 0, start)]
        count = 0
        vertex = start
        while heap:
            value, _, candidate = heappop(heap)
            if candidate in done or -value != attached[candidate]:
                continue
            vertex = candidate
            done.add(vertex)
            for other, people in graph[vertex].items():
                if other not in done:
                    attached[other] = attached.get(other, 0) + people
                    count += 1
                    heappush(heap, (-attached[other], count, other))
                    if attached[other] >= least:
                        strong.append((vertex, other))
        last.append(vertex)
    return strong, last


def _join(graph: Graph, members: dict[Hashable, set], pairs: list) -> None:
    """Make one vertex of each pair, in place."""
    into: dict[Hashable, Hashable] = {}

    def end(vertex):
        while vertex in into:
            vertex = into[vertex]
        return vertex

    for one, other in pairs:
        one, other = end(one), end(other)
        if one == other:
            continue
        if len(graph[one]) < len(graph[other]):
            one, other = other, one
        into[other] = one
        for neighbour, people in graph.pop(other).items():
            del graph[neighbour][other]
            if neighbour != one:
                graph[one][neighbour] = graph[neighbour][one] = graph[one].get(neighbour, 0) + people
        members[one] |= members.pop(other)
