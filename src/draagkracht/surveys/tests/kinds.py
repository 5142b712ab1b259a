"""A questionnaire with a question of every kind, a condition and a text that carries an answer."""

from types import SimpleNamespace
from typing import Any

from django_scopes import scope


def both(nl: str, en: str) -> dict[str, str]:
    return {"nl": nl, "en": en}


def options(*words: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"value": value, "text": both(*pair)} for value, pair in enumerate(words, 1)]


def question(code: str, kind: str, nl: str, en: str, **more: Any) -> dict[str, Any]:
    return {"type": "question", "code": code, "kind": kind, "text": both(nl, en), **more}


AGREE = options(("helemaal niet", "not at all"), ("een beetje", "a little"), ("veel", "a lot"))
PLACES = options(("thuis", "at home"), ("op de afdeling", "on the ward"), ("onderweg", "on the road"))
ORDER = options(("rust", "quiet"), ("collega's", "colleagues"), ("loon", "pay"), ("uren", "hours"))
DOCUMENT: dict[str, Any] = {
    "format": 1,
    "title": both("Alles door elkaar", "A bit of everything"),
    "languages": ["nl", "en"],
    "sections": [
        {
            "id": "work",
            "title": both("Je werk", "Your work"),
            "text": both("Over een gewone week.", "About an ordinary week."),
            "elements": [
                question("hello", "statement", "Fijn dat je er bent.", "Good to see you.", help=both("Er is geen fout antwoord.", "No answer is wrong.")),
                question("nights", "yesno", "Werk je in nachten?", "Do you work nights?", direction="favourable"),
                question("hours", "number", "Hoeveel uren werk je in een week?", "How many hours do you work in a week?",
                         min=0, max=60, decimals=1, unit=both("uur", "hours"), show_if="{own.nights} = 1"),
                question("place", "choice", "Waar werk je het meest?", "Where do you work most?", options=PLACES,
                         help=both("Kies wat het beste past.", "Choose what fits best.")),
                question("tools", "multiple", "Wat gebruik je?", "What do you use?",
                         options=options(("een fiets", "a bicycle"), ("een auto", "a car"), ("de bus", "the bus"))),
                question("grid", "matrix", "In deze {own.hours} uren:", "In these {own.hours} hours:", options=AGREE, direction="favourable",
                         rows=[{"code": "a", "text": both("Ik leer iets.", "I learn something.")}, {"code": "b", "text": both("Ik lach.", "I laugh.")}]),
            ],
        },
        {
            "id": "rest",
            "title": both("Rust", "Rest"),
            "elements": [
                question("sleep", "likert", "Rust je goed uit, {own.place}?", "Do you rest well, {own.place}?", options=AGREE, direction="favourable", strain=False),
                question("mood", "scale", "Hoe gaat het met je?", "How are you?", ends=[both("heel slecht", "very bad"), both("heel goed", "very good")], direction="favourable", strain=False),
                question("since", "date", "Sinds wanneer werk je hier?", "Since when do you work here?", max="2026-12-31"),
                question("bed", "time", "Hoe laat ga je slapen?", "When do you go to bed?"),
                question("why", "text", "Wat wil je nog zeggen?", "What else would you like to say?", longest=200),
                question("best", "ranking", "Wat is belangrijk voor jou?", "What is important to you?", options=ORDER),
            ],
        },
        {
            "id": "late", "title": both("Nachten", "Nights"), "show_if": "{own.nights} = 1 and {own.hours} > 30",
            "elements": [question("coffee", "number", "Hoeveel koppen koffie?", "How many cups of coffee?")],
        },
    ],
}  # fmt: skip
GOOD = {
    "own.nights": 1, "own.hours": 36.5, "own.place": 2, "own.tools": [1, 3], "own.grid_a": 3, "own.grid_b": 2,
    "own.sleep": 1, "own.mood": 7, "own.since": "2019-03-01", "own.bed": "23:30", "own.why": "Dank je <b>wel</b> & {own.mood}",
    "own.best": [2, 1, 4, 3], "own.coffee": 4,
}  # fmt: skip


def publish(organisation, document: dict[str, Any] = DOCUMENT):
    """A published version of a document without scales of the catalogue. Call inside the scope."""
    from draagkracht.instruments import actions, content, document_checks
    from draagkracht.instruments import document as documents

    documents.require_shape(document)
    assert [str(problem) for problem in document_checks.checks(document, {})] == []
    return actions.publish(organisation, "kinds", content.build(document, {}, {}), by=None)


def open_link(cast, document: dict[str, Any] = DOCUMENT, name: str = "linde.amina") -> SimpleNamespace:
    """The link of a person of brug to an open wave that asks the document."""
    import datetime

    from django.utils import timezone

    from draagkracht.surveys.actions import campaign_of, make_wave, open_wave
    from draagkracht.surveys.models import Invitation
    from draagkracht.surveys.queries import link_token

    now = timezone.now()
    with scope(organisation=cast.brug.organisation):
        version = publish(cast.brug.organisation, document)
        campaign = campaign_of(cast.brug.organisation, "Van alles", version.questionnaire)
        wave = make_wave(campaign, "Alles", cast.brug.units["brug"], now, now + datetime.timedelta(days=14))
        open_wave(wave, mail=False)
        wave.refresh_from_db()
        assert wave.version_id == version.pk
        token = link_token(Invitation.objects.get(wave=wave, person=cast.brug.people[name]))
    return SimpleNamespace(
        token=token, path=f"/a/{token}/", version=version.content_hash[:12], wave=wave, person=cast.brug.people[name]
    )
