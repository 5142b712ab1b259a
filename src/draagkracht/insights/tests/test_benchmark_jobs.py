"""The benchmark of an installation, made once a year, and norms that an administrator brings."""

import datetime
import random

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from draagkracht.insights import benchmark, benchmark_file
from draagkracht.insights.models import Benchmark, Release, ReleasedCell, ReleasedUnit
from draagkracht.insights.shared import benchmark as beside
from draagkracht.people.models import AuditLine, Organisation
from draagkracht.science.benchmark import Whole, pooled
from draagkracht.ui.refusal import Refusal

WORK = "pulse.work_pressure"
YEAR = 2025
NORM = {
    "measure": WORK, "mean": 2.9, "sd": 0.7, "n": 1200, "year": 2024, "country": "BE",
    "population": {"nl": "Zorgmensen in Vlaanderen", "en": "Care workers in Flanders"}, "source": "Jansen 2024, table 2",
}  # fmt: skip
TEXT = """benchmarks:
  - measure: {measure}
    mean: {mean}
    sd: {sd}
    n: {n}
    year: {year}
    country: {country}
    population: {{nl: Zorgmensen in Vlaanderen, en: Care workers in Flanders}}
    source: Jansen 2024, table 2
"""


def whole_round(
    slug: str, mean: float, n: int, *, day: str = "2025-06-01", wording: str = "abc", scope_of=("all",), **data
):
    """An organisation that published one measure about its whole."""
    organisation = Organisation.objects.get_or_create(slug=slug, defaults={"name": slug})[0]
    measure = {"id": WORK, "low": 1, "high": 5, "wording": {"nl": wording}} | data
    with scope(organisation=organisation):
        given = {"organisation": organisation, "closed_on": datetime.date.fromisoformat(day), "scope": list(scope_of)}
        release = Release.objects.create(
            wave_id=Release.objects.count() + 1, wave_name="A round", measures=[measure], algorithm="test", **given
        )
        unit = ReleasedUnit.objects.create(
            organisation=organisation, release=release, path="all", position=0, name=slug, depth=0
        )
        cell = {"organisation": organisation, "release": release, "unit": unit, "measure": measure["id"], "n": n}
        ReleasedCell.objects.create(statistic="mean", low=mean - 0.02, value=mean, high=mean + 0.02, **cell)
        ReleasedCell.objects.create(statistic="spread", low=0.75, value=0.75, high=0.75, **cell)
    return release


@pytest.fixture
def eleven(db) -> list[tuple[float, int]]:
    draw = random.Random(11)
    given = [(round(draw.uniform(2.2, 3.6), 2), draw.randint(20, 60)) for _ in range(11)]
    for at, (mean, n) in enumerate(given):
        whole_round(f"o{at}", mean, n)
    return given


def test_the_benchmark_is_that_of_what_each_published_about_its_whole(eleven):
    [row] = benchmark.make(YEAR)
    expected = pooled([Whole(m - 0.02, m, m + 0.02, n) for m, n in eleven], 1, 5)
    assert (row.mean, row.mean_low, row.mean_high) == pytest.approx(expected[:3])
    assert (row.n, row.organisations, row.sd) == (sum(n for _m, n in eleven), 11, pytest.approx(0.75))
    with scopes_disabled():
        assert AuditLine.objects.filter(act="benchmark.made", organisation=None).count() == 1


def test_it_is_made_once_and_only_of_a_year_that_is_over(eleven):
    benchmark.make(YEAR)
    with pytest.raises(Refusal) as made_already:
        benchmark.make(YEAR)
    assert made_already.value.status == 409
    with pytest.raises(Refusal):
        benchmark.make(datetime.datetime.now(datetime.UTC).year)
    with pytest.raises(Refusal):
        benchmark.make(2019)
    assert Benchmark.objects.count() == 1


def test_only_the_last_round_of_everybody_counts_and_own_questions_never(eleven):
    whole_round("o0", 4.9, 60, day="2025-11-01", scope_of=("all", "north"))
    whole_round("o1", 1.5, 44, day="2025-12-01")
    whole_round("o2", 4.9, 60, day="2024-12-01")
    for at in range(11):
        whole_round(f"o{at}", 3.0, 50, day="2025-03-01", id="own.q1")
    [row] = benchmark.make(YEAR)
    given = [eleven[0], (1.5, 44), *eleven[2:]]
    assert row.mean == pytest.approx(sum(m * n for m, n in given) / sum(n for _m, n in given))
    assert row.measure == WORK


def test_other_words_and_another_scale_do_not_go_together(eleven):
    for at in range(3):
        whole_round(f"x{at}", 4.9, 50, wording="other")
        whole_round(f"y{at}", 90.0, 50, low=0, high=100)
    [row] = benchmark.make(YEAR)
    assert row.organisations == 11 and row.wording == {"nl": "abc"} and row.high == 5


@pytest.mark.parametrize(
    ("sizes", "why"),
    [([50] * 9, "few-organisations"), ([9] * 11, "few-people"), ([40] + [9] * 10, "one-too-large")],
)
def test_where_the_conditions_fail_the_reason_stands_and_no_figure(db, sizes, why, capsys):
    for at, n in enumerate(sizes):
        whole_round(f"o{at}", 3.0, n)
    assert benchmark.main([str(YEAR)]) == 0
    row = Benchmark.objects.get()
    assert (row.reason, row.mean, row.n, row.organisations) == (why, None, None, None)
    assert WORK in capsys.readouterr().out


def test_the_mean_of_units_stands_in_where_the_whole_has_a_distribution(eleven):
    with scopes_disabled():
        before = benchmark.gather(YEAR)
    for at in range(11):
        organisation = Organisation.objects.get(slug=f"o{at}")
        release = whole_round(f"o{at}", 3.0, 50, id="bat-12.total")
        with scope(organisation=organisation):
            unit = ReleasedUnit.objects.get(release=release)
            ReleasedCell.objects.create(
                organisation=organisation, release=release, unit=unit, measure="bat-12.extra", statistic="mean-of-units",
                low=2.0, value=2.1, high=2.2, n=50,
            )  # fmt: skip
    with scopes_disabled():
        assert benchmark.gather(YEAR)[WORK] == before[WORK]
    assert {row.measure for row in benchmark.make(YEAR)} == {WORK, "bat-12.total"}


def norm(tmp_path, name: str = "norms.yaml", text: str = TEXT, **other) -> "object":
    path = tmp_path / name
    path.write_text(text.format(**NORM | other), encoding="utf-8")
    return path


def test_a_norm_comes_in_once_and_a_mended_one_takes_its_place(db, tmp_path, capsys):
    assert benchmark_file.main([str(norm(tmp_path))]) == 0
    assert benchmark_file.main([str(norm(tmp_path))]) == 0
    assert Benchmark.objects.count() == 1
    assert benchmark_file.main([str(norm(tmp_path, mean=3.1))]) == 0
    assert list(Benchmark.objects.order_by("id").values_list("mean", flat=True)) == [2.9, 3.1]
    row = Benchmark.objects.latest("id")
    assert (row.low, row.high) == (1, 5) and row.mean_high - row.mean == pytest.approx(1.96 * 0.7 / 1200**0.5)
    with scopes_disabled():
        assert AuditLine.objects.filter(act="benchmark.imported").count() == 2


def test_a_dry_run_stores_nothing(db, tmp_path, capsys):
    assert benchmark_file.main([str(norm(tmp_path)), "--dry-run"]) == 0
    assert WORK in capsys.readouterr().out and not Benchmark.objects.exists()


def test_a_table_tells_the_same(db, tmp_path):
    path = tmp_path / "norms.csv"
    path.write_text(
        "measure;mean;sd;n;year;country;population_nl;population_en;source\n"
        f"{WORK};2,9;0,7;1200;2024;BE;Zorgmensen in Vlaanderen;Care workers in Flanders;Jansen 2024, table 2\n",
        encoding="utf-8",
    )
    [row] = benchmark_file.read(path)
    [other] = benchmark_file.read(norm(tmp_path))
    assert benchmark_file._told(row) == benchmark_file._told(other)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", 99), ("n", "veel"), ("mean", 5.2), ("mean", ".nan"), ("sd", 0), ("sd", 2.5), ("sd", ".nan"), ("year", 2999),
        ("country", "FR"), ("measure", "pulse.nothing"), ("measure", "pulze.work_pressure"),
    ],
)  # fmt: skip
def test_a_fault_is_told_and_nothing_is_stored(db, tmp_path, field, value):
    text = TEXT + TEXT.replace("benchmarks:\n", "").replace(f"{{{field}}}", str(value))
    text = text.replace("{measure}", "pulse.energy", 1)
    with pytest.raises(Refusal) as refused:
        benchmark_file.main([str(norm(tmp_path, text=text))])
    said = str(refused.value.message).splitlines()
    assert len(said) == 2 and "2" in said[1]
    assert not Benchmark.objects.exists()


@pytest.mark.parametrize("text", ["", "a: [", "benchmarks: 3", "benchmarks:\n  - hello\n", "just words"])
def test_what_is_no_list_of_norms_is_refused(db, tmp_path, text):
    with pytest.raises(Refusal):
        benchmark_file.read(norm(tmp_path, text=text))


def test_twice_the_same_norm_in_a_file_is_refused(db, tmp_path):
    with pytest.raises(Refusal):
        benchmark_file.read(norm(tmp_path, text=TEXT + TEXT.replace("benchmarks:\n", "")))


def test_the_page_shows_the_others_beside_the_whole_and_the_reason_where_there_are_none(published, sign_in, tmp_path):
    client = sign_in(published.cast.accounts["coordinator"])
    address = reverse("insights:organisation")
    assert 'id="benchmark"' not in client.get(address).content.decode()
    benchmark_file.main([str(norm(tmp_path, mean=1.2))])
    Benchmark.objects.create(
        here=True, year=2025, measure="pulse.energy", low=1, high=5, reason="few-organisations", algorithm="test"
    )
    body = client.get(address).content.decode()
    assert 'id="benchmark"' in body and "Jansen 2024" in body and "Zorgmensen in Vlaanderen" in body
    assert "Energie" in body.split('id="benchmark"')[1]
    assert "minder dan tien organisaties" in body
    assert client.get(reverse("insights:organisation-paper")).status_code == 200


def test_the_page_of_a_round_about_one_department_has_no_others(published, tmp_path):
    with scope(organisation=published.organisation):
        from draagkracht.insights.shared.sections import Shown

        release = Release(id=published.release.id, scope=["brug", "woonzorg"])
        assert beside.section(Shown(release, (published.release,), None)) is None
