"""Forms of this room: a campaign, a wave, an e-mail address."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments import queries as instruments
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.entered import as_typed
from draagkracht.instruments.models import Questionnaire, QuestionnaireVersion
from draagkracht.people.models import Unit
from draagkracht.people.queries import unit_paths
from draagkracht.people.rules import Standing
from draagkracht.people.work import BREAKDOWNS

from .models import Campaign
from .rules import may_run

SCALES = "scales"


class CampaignForm(forms.Form):
    """A name, and what is asked: a questionnaire that was composed, or instruments in the order of the catalogue."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("People read this name above the questionnaire, so keep it short.")
    )
    questionnaire = forms.ChoiceField(label=_("Which questionnaire?"), widget=forms.RadioSelect)
    instruments = forms.MultipleChoiceField(label=_("What do you want to ask?"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.composed = {str(one.questionnaire_id): one for one in reversed(instruments.composed_versions())}
        if self.composed:
            choices = [(name, composed_words(one)) for name, one in reversed(self.composed.items())]
            self.fields["questionnaire"].choices = [*choices, (SCALES, _("Scales that I choose here"))]  # type: ignore[attr-defined]
            self.fields["instruments"].required = False
            self.fields["instruments"].label = _("Scales that I choose here")
        else:
            del self.fields["questionnaire"]
        self.fields["instruments"].choices = [  # type: ignore[attr-defined]
            (one.id, self._told(one)) for one in instruments.askable().values()
        ]

    @staticmethod
    def _told(one) -> str:
        title = in_language(one.title, get_language() or "nl")
        return _("%(title)s · %(count)s questions, about %(minutes)s min") % {
            "title": title,
            "count": len(one.codes),
            "minutes": as_typed(one.minutes, get_language() or "nl"),
        }

    def clean(self) -> dict:
        given = super().clean() or {}
        if given.get("questionnaire") == SCALES and not given.get("instruments"):
            self.add_error("instruments", _("Choose at least one scale, or a questionnaire above."))
        return given

    @property
    def chosen(self) -> Questionnaire | None:
        """The questionnaire that was chosen; None when scales were."""
        version = self.composed.get(self.cleaned_data.get("questionnaire", SCALES))
        return version.questionnaire if version else None


def composed_words(version: QuestionnaireVersion) -> str:
    """A published version on one line."""
    content = instruments.content(version)
    return _("%(title)s · version %(number)s, %(count)s questions, about %(minutes)s min") % {
        "title": in_language(content.title, get_language() or "nl"),
        "number": version.number,
        "count": len(content.question),
        "minutes": as_typed(content.minutes, get_language() or "nl"),
    }


class WaveForm(forms.Form):
    """When, and for whom. The wave opens by itself on the first day and closes at the end of the last."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example: Spring 2027"))
    unit = forms.ChoiceField(label=_("For whom?"), help_text=_("Everybody in this unit and in the units below it."))
    opens_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    closes_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Two to three weeks is enough for most teams."),
    )
    breakdowns = forms.MultipleChoiceField(
        label=_("Beside teams and departments, also show figures by …"),
        required=False,
        choices=list(BREAKDOWNS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Only for all who take part together, only for groups of enough people, never for a team and a group "
            "together. Choose now: once people answer, this can not change. Choose what you will really talk about, one "
            "is often enough. Every extra figure must be kept apart from all others, so some teams or groups get fewer "
            "figures, now and in later rounds. People read your choice before they answer."
        ),
    )

    def __init__(self, *args, standing: Standing, campaign: Campaign, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {str(one.pk): one for one in instruments.composed_versions(campaign.questionnaire_id)}
        if len(self.versions) > 1:
            self.fields["version"] = forms.ChoiceField(
                label=_("Which version?"),
                choices=[(pk, composed_words(one)) for pk, one in self.versions.items()],
                help_text=_("The newest stands first. A wave keeps its version, whatever is published later."),
            )
        paths = unit_paths(standing.organisation)  # type: ignore[arg-type]
        units = [unit for unit in Unit.objects.filter(closed_on=None) if may_run(standing, unit.pk)]
        units.sort(key=lambda unit: paths[unit.pk])
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (unit.pk, f"{' ' * 3 * (len(paths[unit.pk]) - 1)}{unit.name}") for unit in units
        ]

    def clean(self) -> dict:
        given = super().clean() or {}
        first, last = given.get("opens_on"), given.get("closes_on")
        if not all([self._near("opens_on", first), self._near("closes_on", last)]):
            return given
        if first and last and last < first:
            self.add_error("closes_on", _("The last day comes before the first."))
        if last and last < timezone.localdate():
            self.add_error("closes_on", _("The last day is already over."))
        return given

    def _near(self, field: str, day: datetime.date | None) -> bool:
        """False, with what to choose instead, for a day longer than a year ago or more than five years on."""
        today = timezone.localdate()
        earliest, latest = today - datetime.timedelta(days=365), today + datetime.timedelta(days=5 * 365)
        if day is None or earliest <= day <= latest:
            return True
        bounds = {"first": date_format(earliest, "j F Y"), "last": date_format(latest, "j F Y")}
        self.add_error(field, _("Choose a day between %(first)s and %(last)s.") % bounds)
        return False

    @property
    def version(self) -> QuestionnaireVersion | None:
        """The version that was chosen; None where there is nothing to choose."""
        return self.versions.get(self.cleaned_data.get("version", ""))

    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Beginning of the first day, end of the last, in the time zone of the installation."""
        first, last = self.cleaned_data["opens_on"], self.cleaned_data["closes_on"]
        midnight = datetime.time.min
        after = datetime.datetime.combine(last + datetime.timedelta(days=1), midnight)
        return (
            timezone.make_aware(datetime.datetime.combine(first, midnight)),
            timezone.make_aware(after) - datetime.timedelta(seconds=1),
        )


class AddressForm(forms.Form):
    """A work address."""

    email = forms.EmailField(
        label=_("Your work e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
