"""The own result in words: what is provisional is said, and words of answers stand only where they belong."""

import pytest
from django.utils import translation

from draagkracht.instruments import document
from draagkracht.instruments.catalogue import find
from draagkracht.instruments.content import Content, build
from draagkracht.surveys.result import own_result


def result(name: str, scores: dict[str, float], language: str = "en"):
    draft = document.of_instruments({"en": "Survey"}, [name], [])
    content = Content(build(draft, {name: find(name)}, {}), "")
    with translation.override(language):
        (found,) = own_result(
            content, {f"{name}.{scale}": value for scale, value in scores.items()}, {}, language
        ).instruments
    return found


@pytest.mark.parametrize(("language", "word"), [("en", "Provisional: "), ("nl", "Voorlopig: ")])
def test_a_result_that_rests_on_a_second_hand_source_says_so(language, word):
    assert any(note.startswith(word) for note in result("bat-12", {"total": 2.0}, language).notes)
    assert not any(note.startswith(word) for note in result("pulse", {"energy": 2.0}, language).notes)


def test_words_of_answers_stand_beside_a_value_where_all_questions_share_them():
    assert result("bat-12", {"total": 2.0}).scales[0].words == "around “rarely”"
    # The three questions of this one have answers of their own, whose words are not known.
    assert result("audit-c", {"total": 3.0}).scales[0].words == ""
    assert result("pc-ptsd-5", {"total": 5.0}).scales[0].low == ""
