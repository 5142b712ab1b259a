"""Which figure of others may stand beside a round, and when a difference is called one."""

import pytest
from django_scopes import scope

from draagkracht.insights.models import Benchmark, Frozen
from draagkracht.insights.shared import benchmark
from draagkracht.insights.shared.published import measures_of
from draagkracht.ui.charts import Estimate

WORK = "pulse.work_pressure"
BURNOUT = "bat-12.total"


def row(release, measure: str = WORK, **fields) -> Benchmark:
    data = next(m for m in measures_of(release) if m.id == measure).data
    usual = {"mean": 3.0, "mean_low": 2.9, "mean_high": 3.1, "n": 900, "sd": 0.8, "year": 2025, "here": True}
    usual |= {"low": data["low"], "high": data["high"], "measure": measure, "algorithm": "test"}
    if fields.get("here", True):
        usual |= {"organisations": 12, "wording": data["wording"]}
    return Benchmark.objects.create(**usual | fields)


@pytest.fixture
def release(published):
    with scope(organisation=published.cast.brug.organisation):
        yield published.release


def test_a_figure_of_others_stands_beside_the_same_scale_in_the_same_words(release):
    row(release)
    found = benchmark.beside(release)[WORK]
    assert (found.mean, found.n, found.organisations, found.year) == (3.0, 900, 12, 2025)
    assert found.estimate == Estimate(3.0, 2.9, 3.1, 900)


@pytest.mark.parametrize(
    "other",
    [{"low": 0.0}, {"year": 2027}, {"wording": {"nl": "other", "en": "other"}}, {"here": False, "country": "NL"}],
    ids=["another scale", "after the round", "other words", "another country"],
)
def test_what_can_not_be_compared_does_not_stand_beside_it(release, other):
    row(release, **other)
    assert benchmark.beside(release) == {}


def test_a_norm_stands_only_beside_the_validated_wording(release):
    measure = next(m for m in measures_of(release) if m.id == BURNOUT)
    row(release, BURNOUT, here=False, source="A book")
    assert (BURNOUT in benchmark.beside(release)) == measure.data["validated"]
    row(release, here=False, source="A book")
    assert benchmark.beside(release)[WORK].source == "A book"


def test_this_installation_before_a_norm_and_the_later_before_the_earlier(release):
    row(release, here=False, mean=2.0, country="BE")
    row(release, year=2024, mean=2.5)
    row(release, year=2025, mean=3.5)
    assert benchmark.beside(release)[WORK].mean == 3.5


def test_why_there_is_none_is_told_unless_a_norm_is_there(release):
    row(release, mean=None, mean_low=None, mean_high=None, n=None, reason="few-organisations")
    assert "tien" in benchmark.missing(release)[WORK] or "ten" in benchmark.missing(release)[WORK]
    row(release, here=False, source="A book")
    assert benchmark.missing(release) == {}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (Estimate(3.5, 3.2, 3.8, 50), "higher"),
        (Estimate(2.4, 2.2, 2.6, 50), "lower"),
        (Estimate(3.3, 3.1, 3.5, 50), ""),
        (Estimate(reason="few"), ""),
        (Estimate(), ""),
    ],
)
def test_a_difference_is_told_only_outside_the_noise_of_both(release, own, said):
    row(release)
    assert benchmark.differs(own, benchmark.beside(release)[WORK]) == said


def test_what_was_made_never_changes(release):
    made = row(release)
    made.mean = 1.0
    with pytest.raises(Frozen):
        made.save()
    with pytest.raises(Frozen):
        Benchmark.objects.update(mean=1.0)
