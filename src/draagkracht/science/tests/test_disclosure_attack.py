"""An attack on means and distributions together, by enumeration: all answers that the published figures leave possible."""

import random

import pytest

from draagkracht.science.disclosure import Member, Policy, plan, release_bands, release_means

CLIMATE = Policy()
ORG = ("org",)


def hostile(seed):
    """Answers on a scale 0..1 with one cut-off that lie where they tell most: at the edges, nearly all alike."""
    draw = random.Random(seed)
    n, cut = draw.choice([50, 55, 70]), round(draw.uniform(0.1, 0.9), 2)
    share, inside = draw.choice([0, 0.02, 0.5, 0.95, 1]), draw.choice([0, 0.02, 0.5, 0.98, 0.999])
    values = [cut + (1 - cut) * inside if draw.random() < share else cut * inside for _ in range(n)]
    if draw.random() < 0.5:
        values[draw.randrange(n)] = draw.random()
    return n, cut, values


def left_open(n, cut, cell, bands, insider):
    """Range and bands that remain for one other person, over every split of n people in low and high."""
    least, most, possible = 9.0, -9.0, set()
    for high in range(int(bands[1].low), int(bands[1].high) + 1):
        if not bands[0].low <= n - high <= bands[0].high:
            continue
        others_high, others_low = high - (insider >= cut), n - high - (insider < cut)
        for band, (bottom, top) in enumerate(((0, cut), (cut, 1))):
            rest_high, rest_low = others_high - band, others_low - (1 - band)
            if min(rest_high, rest_low) < 0:
                continue
            lowest = max(bottom, cell.low * n - insider - rest_high - rest_low * cut)
            highest = min(top, cell.high * n - insider - rest_high * cut)
            if lowest <= highest:
                possible.add(band)
                least, most = min(least, lowest), max(most, highest)
    return most - least, possible


@pytest.mark.parametrize("block", range(4))
def test_a_mean_and_a_distribution_fix_no_band_and_narrow_no_score_below_rho(block):
    for seed in range(100 * block, 100 * block + 100):
        n, cut, values = hostile(seed)
        made = plan([Member(person, ORG, True) for person in range(n)], CLIMATE, seed=1)
        scores = dict(enumerate(values))
        cell = release_means(made, scores, 0, 1, CLIMATE, cut, cut)[ORG]
        bands = release_bands(made, scores, [cut], 0, 1, CLIMATE)[ORG]
        for insider in {values[0], min(values), max(values)}:
            width, possible = left_open(n, cut, cell, bands, insider)
            assert possible == {0, 1}
            assert width >= CLIMATE.hidden_share(0, 1, cut, cut) - 1e-6


def test_the_attack_does_succeed_on_exact_counts():
    """Guards the test above: ten people exactly at the cut-off, told exactly, are all found."""
    n, cut = 50, 0.5
    scores = dict.fromkeys(range(40), 0.0) | dict.fromkeys(range(40, 50), 0.5)
    made = plan([Member(person, ORG, True) for person in range(n)], CLIMATE, seed=1)
    cell = release_means(made, scores, 0, 1, CLIMATE, cut, cut)[ORG]._replace(low=0.1, high=0.1)
    bands = [
        band._replace(low=count, high=count)
        for band, count in zip(range_bands(made, scores, cut), (40, 10), strict=True)
    ]
    width, _ = left_open(n, cut, cell, bands, 0.0)
    assert width < CLIMATE.hidden_share(0, 1, cut, cut) + 0.01


def range_bands(made, scores, cut):
    return release_bands(made, scores, [cut], 0, 1, CLIMATE)[ORG]
