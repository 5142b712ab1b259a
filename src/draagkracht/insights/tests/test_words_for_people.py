"""Names that the machine gives are said in words: of made-up answers and helpers, and of the round that holds texts."""

import pytest
from django.utils import translation
from django_scopes import scope

from draagkracht.insights.attack import words
from draagkracht.insights.models import ReleasedQuestion, ReleasedUnit
from draagkracht.insights.shared import texts
from draagkracht.insights.shared.published import releases
from draagkracht.science.attack import answers, insiders
from draagkracht.science.attack.history import wave


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_name_of_an_attack_is_told_in_words(language):
    once = [wave("spring", {"org": list("abcdef")}, {"org": {"n": 6, "reason": ""}}, groups=[])]
    with translation.override(language):
        for name in (*answers.usual(once), *answers.hostile(once)):
            assert " " in words._answers(name) and words._answers(name) != name
        for name in insiders.choices(once, 1):
            assert " " in words._insiders(name) and words._insiders(name) != name


def test_a_round_without_texts_points_to_the_last_one_that_has_some(published):
    organisation = published.cast.brug.organisation
    with scope(organisation=organisation):
        root = ReleasedUnit.objects.get(depth=0)
        other = ReleasedUnit.objects.exclude(depth=0).first()
        assert texts._elsewhere(root, releases()) is None and texts._elsewhere(None, releases()) is None
        ReleasedQuestion.objects.create(
            organisation=organisation, unit=root, code="own.better", title={"nl": "Wat?"}, place=1, n=12
        )
        assert texts._elsewhere(root, releases()) == published.release
        # What is withheld of another unit is no text to go to.
        ReleasedQuestion.objects.create(
            organisation=organisation, unit=other, code="own.better", title={"nl": "Wat?"}, place=1, reason="too-few"
        )
        assert texts._elsewhere(other, releases()) is None
