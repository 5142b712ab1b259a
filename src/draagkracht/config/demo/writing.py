"""The open question of the demo's newest questionnaire, and what invented people wrote: so that there is something to read."""

import random

from draagkracht.config.demo.generate import INSTRUMENTS, Study
from draagkracht.config.demo.organisation import WaveDates, read
from draagkracht.instruments.actions import all_instruments, built, publish
from draagkracht.instruments.content import Content
from draagkracht.instruments.document import of_instruments
from draagkracht.instruments.models import Questionnaire, QuestionnaireVersion
from draagkracht.instruments.own_scales import OWN
from draagkracht.people.models import Account, Organisation


def ask(organisation: Organisation, questionnaire: Questionnaire, by: Account) -> QuestionnaireVersion:
    """The next version of the campaign's questionnaire, which ends with the question in own words."""
    earlier = Content(questionnaire.versions.latest("number").content, "")
    plan = read("writings")
    document = of_instruments(earlier.title, INSTRUMENTS, earlier.languages)
    question = {"type": "question", "code": plan["code"], "kind": "text", "text": plan["question"], "longest": 600}
    document["sections"].append({"id": "words", "elements": [question]})
    return publish(organisation, questionnaire.slug, built(document, all_instruments()), by=by)


def writings(study: Study, dates: WaveDates) -> dict[int, dict[str, str]]:
    """Answers by the place of a person in the study: each sentence of one who answered the last closed round."""
    if dates.number != len(study.waves) - 1:
        return {}
    plan = read("writings")
    answered = [index for index in range(len(study.people)) if study.sent[index, dates.number - 1]]
    writers = random.Random(f"{study.plan['seed']} writings").sample(answered, min(len(plan["written"]), len(answered)))
    return {index: {f"{OWN}.{plan['code']}": text} for index, text in zip(writers, plan["written"], strict=False)}
