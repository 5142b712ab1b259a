"""Each figure of the page of the whole has a plain sentence, and none claims a difference inside the noise or a cause."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.insights import release as door
from draagkracht.insights.shared import benchmark, spread, words
from draagkracht.insights.shared.published import Measure
from draagkracht.ui.charts import BandRow, Estimate

from . import build

CAUSE = re.compile(
    r"\b(door|want|omdat|daardoor|dankzij|because|due to|caused?|leads? to|thanks to|veroorza\w+)\b", re.I
)
CLAIM = re.compile(r"hoger|lager|gunstiger|minder gunstig|higher|lower|more favourable|less favourable", re.I)
LANGUAGES = ("nl", "en")
ENDS = st.tuples(st.floats(1, 5), st.floats(0, 1.5), st.integers(5, 400))
ESTIMATES = ENDS.map(lambda e: Estimate(e[0], max(1, e[0] - e[1]), min(5, e[0] + e[1]), e[2])) | st.sampled_from(
    [Estimate(), Estimate(reason="x"), Estimate(3.0)]
)
MEASURES = st.sampled_from(["high", "low"]).map(
    lambda end: Measure(
        "a.b", {"id": "a.b", "title": {"nl": "Steun", "en": "Support"}, "favourable": end, "low": 1, "high": 5}
    )
)


@given(ESTIMATES, ESTIMATES, st.sampled_from(LANGUAGES))
def test_a_course_claims_a_change_only_outside_the_noise(now, before, language):
    with override(language):
        said = words.change(now, before, "juni 2026")
    assert bool(CLAIM.search(said)) == words.apart(now, before)
    assert not CAUSE.search(said)


@given(MEASURES, ESTIMATES, st.floats(1, 5), st.floats(0, 0.5), st.sampled_from(LANGUAGES))
def test_a_benchmark_claims_a_difference_only_outside_the_noise_of_both(measure, own, mean, reach, language):
    other = benchmark.Beside(mean, mean - reach, mean + reach, 900, 2025, "who", "where")
    move = benchmark.differs(own, other)
    with override(language):
        said = benchmark.sentence([(measure, move)])
    apart = words.apart(own, other.estimate)
    assert bool(move) == apart == bool(CLAIM.search(said))
    if move:
        favourable = (move == "higher") == (measure.favourable == "high")
        assert bool(re.search(r"^(Gunstiger|More)", said)) == favourable
        assert (own.value > mean) == (move == "higher")
    assert not CAUSE.search(said)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=5), st.sampled_from(LANGUAGES))
def test_a_distribution_is_told_in_people_of_a_hundred_without_a_judgement(shares, language):
    with override(language):
        said = spread.sentence(BandRow("Steun", tuple(shares), 200), [f"band {at}" for at in range(len(shares))])
    assert "band 0" in said and f"band {len(shares) - 1}" in said
    assert not CLAIM.search(said) and not CAUSE.search(said)


def test_a_withheld_distribution_has_no_sentence():
    assert spread.sentence(BandRow("Steun", None, None, "few"), ["a", "b"]) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_section_of_the_page_has_a_sentence_and_no_cause(published, sign_in, language):
    with scope(organisation=published.organisation):
        door.release(build.wave(published.organisation, "Later", published.answers, published.home, number=2))
    client = sign_in(published.cast.accounts["coordinator"])
    body = client.get(reverse("insights:organisation"), headers={"accept-language": language}).content.decode()
    for part in ("response", "units", "coverage"):
        after = body.split(f'id="{part}"')[1]
        assert re.match(r"[^<]*>[^<]+</h2>\s*<p[^>]*>[^<]{15,}", after), part
    trends = body.split('id="over-time"')[1].split("<h2")[0]
    charts, sentences = trends.count("<section"), len(re.findall(r'</figure><p class="soft">[^<]{15,}', trends))
    assert charts == sentences > 0
    visible = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", body.split("<main")[1].split("</main>")[0])
    claims = [c for c in re.findall(r"[^.]*\bdoor\b[^.]*\.", visible) if "veroorza" in c]
    assert not claims
