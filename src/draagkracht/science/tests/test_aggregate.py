"""Teams at once beside team by team."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.aggregate import aggregate
from draagkracht.science.agreement import team_icc
from draagkracht.science.tables import Groups
from draagkracht.science.tests.answers_cast import answers


@pytest.mark.parametrize("seed", range(4))
def test_every_team_and_scale_beside_a_loop(seed):
    scores, labels = answers(seed, 90, 4, holes=0.15), np.random.default_rng(seed).integers(0, 20, 90)
    found = aggregate(scores, labels)
    assert found.labels == tuple(np.unique(labels))
    for row, label in enumerate(found.labels):
        for scale in range(4):
            team = scores[labels == label, scale]
            team = team[~np.isnan(team)]
            assert found.n[row, scale] == len(team)
            mean, sd = team.mean() if len(team) else np.nan, team.std(ddof=1) if len(team) > 1 else np.nan
            assert found.mean[row, scale] == pytest.approx(mean, nan_ok=True)
            assert found.sd[row, scale] == pytest.approx(sd, nan_ok=True, abs=1e-12)
    assert found.icc == tuple(team_icc(scores[:, scale], labels) for scale in range(4))


def test_a_scale_that_has_no_icc_leaves_the_others_alone():
    scores = np.column_stack([[1.0, 2, 3, 5], [np.nan] * 4, [2.0] * 4])
    found = aggregate(scores, ["a", "a", "b", "b"])
    assert found.icc[0].n == 4
    assert found.icc[1:] == (None, None)
    assert found.n[:, 1].tolist() == [0, 0] and np.isnan(found.mean[:, 1]).all()
    assert found.sd[:, 2].tolist() == [0, 0]


def test_one_team_and_nobody():
    one = aggregate([[1.0], [3.0]], ["a", "a"])
    assert (one.n.tolist(), one.mean.tolist(), one.icc) == ([[2]], [[2.0]], (None,))
    nobody = aggregate(np.empty((0, 2)), [])
    assert nobody.labels == () and nobody.mean.shape == (0, 2) and nobody.icc == (None, None)
    lost = aggregate([[1.0], [2.0]], [None, None])
    assert lost.labels == () and lost.n.shape == (0, 1)


def test_a_large_offset_costs_no_digits():
    scores = np.random.default_rng(1).normal(size=(50, 1))
    labels = np.arange(50) % 7
    plain, shifted = aggregate(scores, labels), aggregate(scores + 1e9, labels)
    assert shifted.sd == pytest.approx(plain.sd, rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.integers(-3, 3), st.sampled_from(["a", "b", "10", "9"]), st.tuples(st.integers(0, 2)), st.just(float("nan"))),
        max_size=12,
    )
)  # fmt: skip
def test_labels_of_any_kind_keep_people_together(labels):
    coded = Groups.of(labels, len(labels))
    assert len(set(coded.labels)) == len(coded.labels)
    for label, code in zip(labels, coded.codes, strict=True):
        if label is None or label != label:
            assert code == -1
        else:
            assert coded.labels[code] == label


def test_an_array_of_labels_is_coded_like_a_list_of_them():
    draw = np.random.default_rng(2)
    for labels in (draw.integers(0, 9, 40), draw.integers(0, 9, 40).astype(str), draw.integers(0, 9, 40) / 2):
        array, listed = Groups.of(labels, 40), Groups.of(labels.tolist(), 40)
        assert array.labels == listed.labels
        assert array.codes.tolist() == listed.codes.tolist()


def test_the_order_of_people_and_of_scales_does_not_matter():
    scores, labels = answers(3, 60, 3, holes=0.1), np.random.default_rng(3).integers(0, 8, 60)
    order = np.random.default_rng(4).permutation(60)
    found, other = aggregate(scores, labels), aggregate(scores[order][:, ::-1], labels[order])
    assert other.labels == found.labels
    assert other.mean[:, ::-1] == pytest.approx(found.mean, nan_ok=True)


def test_a_label_for_everybody():
    with pytest.raises(ValueError, match="2 group labels for 3 people"):
        aggregate([[1.0], [2.0], [3.0]], ["a", "b"])
