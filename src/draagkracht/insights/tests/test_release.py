"""The one door: what it writes, what it refuses, and that it never changes."""

from django_scopes import scope

from draagkracht.insights.models import ReleasedCell, ReleasedUnit


def test_a_release_publishes_means_of_teams_and_bands_only_of_the_whole(published):
    with scope(organisation=published.organisation):
        linde = ReleasedUnit.objects.get(name="Team Linde")
        climate = ReleasedCell.objects.get(unit=linde, measure="pulse.social_support", statistic="mean")
        strain = ReleasedCell.objects.get(unit=linde, measure="bat-12.total", statistic="mean")
        banded = ReleasedCell.objects.filter(statistic__startswith="band-")
        assert (climate.n, climate.reason) == (6, "")
        assert climate.low <= climate.value <= climate.high and climate.low > 1.0 - 1e-9
        assert (strain.value, strain.n, strain.reason) == (None, None, "too-few")
        assert not banded.exclude(unit__depth=0).exists()
        spread = ReleasedCell.objects.get(unit__depth=0, measure="pulse.social_support", statistic="spread")
        assert spread.value > 0
