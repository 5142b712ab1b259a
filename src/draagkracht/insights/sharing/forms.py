"""The form of a link for others."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from draagkracht.insights.models import Release
from draagkracht.insights.sharing.actions import LONGEST


class LinkForm(forms.Form):
    """For whom, what for, which round, until when."""

    whom = forms.CharField(label=_("For whom"), max_length=80, help_text=_("For example: the works council."))
    purpose = forms.CharField(
        label=_("What for"), max_length=160, help_text=_("One line. It stands in the list of links and above the page.")
    )
    round = forms.ChoiceField(label=_("Which round"), required=False)
    until = forms.DateField(
        label=_("Opens until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("That day included, and at most 90 days from now."),
    )  # fmt: skip

    def __init__(self, *args, releases: Sequence[Release], **options) -> None:
        today = timezone.localdate()
        options.setdefault("initial", {"until": today + datetime.timedelta(days=30)})
        super().__init__(*args, **options)
        self.releases = {str(one.pk): one for one in releases}
        newest = [("", _("The newest round of everybody, also when another one is published"))]
        self.fields["round"].choices = newest + [(key, str(one)) for key, one in reversed(self.releases.items())]  # type: ignore[attr-defined]
        self.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}

    def chosen(self) -> dict:
        """The arguments of `sharing.actions.make`. Call after `is_valid`."""
        given = dict(self.cleaned_data)
        return given | {"release": self.releases.get(given.pop("round"))}
