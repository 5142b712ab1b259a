"""What a questionnaire asks of people's time, and which waves ask it: the answers come from the room above, by settings."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from draagkracht.instruments.models import Questionnaire
from draagkracht.people.models import Organisation


@dataclass(frozen=True)
class Asking:
    """A wave that is open, or planned, and the number of the version that it asks."""

    id: int
    name: str
    campaign: str
    number: int
    opened: bool
    opens_at: datetime.datetime
    url: str


@dataclass(frozen=True)
class Burden:
    """Minutes: of this questionnaire, of what else is asked of anybody this quarter, and the budget for a quarter."""

    own: float
    others: float
    budget: float

    @property
    def total(self) -> float:
        return self.own + self.others

    @property
    def over(self) -> bool:
        return self.total > self.budget

    @property
    def left(self) -> float:
        """Minutes that are still free; never below 0."""
        return max(0.0, self.budget - self.total)


def waves_asking(questionnaire: Questionnaire | None) -> list[Asking]:
    """Open and planned waves of a questionnaire; none of one that is new. Call inside the scope."""
    return import_string(settings.QUESTIONNAIRE_WAVES)(questionnaire) if questionnaire else []


def burden(organisation: Organisation, minutes: float) -> Burden:
    """What asking this questionnaire once, this quarter, would come to. Call inside the scope."""
    others = import_string(settings.MINUTES_ASKED)(organisation, timezone.localdate())
    return Burden(minutes, others, settings.BURDEN_MINUTES)
