"""Organisations of all shapes over their whole history: nobody isolated, no group too small. `make prove` does 1,000."""

import pytest

from . import random_proof


@pytest.mark.parametrize("seeds", [range(at, at + 5) for at in range(0, 30, 5)])
def test_no_history_of_an_organisation_gives_somebody_away(seeds):
    for seed in seeds:
        told = random_proof.history(seed)
        assert told.smallest >= random_proof.POLICY.k, seed
        assert told.isolated == 0, seed
        assert told.pinned == 0, seed


def test_the_check_finds_what_planning_without_the_past_gives_away():
    assert any(random_proof.history(seed, forgetful=True).isolated for seed in range(4))


def test_the_organisations_differ_as_the_proof_says():
    sizes, lengths, depths = set(), set(), set()
    for seed in range(30):
        waves = list(random_proof.waves(seed))
        lengths.add(len(waves))
        sizes.add(len(waves[0]))
        depths |= {len(member.path) for member in waves[0]}
    assert min(sizes) >= 200 and max(sizes) <= 625 and len(sizes) > 20
    assert lengths == set(range(1, 9)) and depths == {1, 2, 3, 4}
