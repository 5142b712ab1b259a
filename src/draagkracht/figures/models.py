import secrets

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation, Unit


class FigureImport(models.Model):
    """A file with own figures that was confirmed. Its cells stay; undoing says that they no longer count."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")


def new_upload_code() -> str:
    """Names an upload in its address; 96 random bits."""
    return secrets.token_urlsafe(12)


class FigureUpload(models.Model):
    """A file between upload and confirmation: sealed, and gone after an hour or once it was confirmed.

    `columns` maps a target of `columns.targets` to the number of a column; `layout` is "columns" (a column for each
    figure) or "months" (a column for each month, then `figure` says of which field). `plan_hash` is the plan that was shown.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=24, unique=True, default=new_upload_code)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    sealed = models.BinaryField(default=bytes)
    columns = models.JSONField(default=dict)
    layout = models.CharField(max_length=10, default="columns")
    figure = models.CharField(max_length=90, blank=True)
    plan_hash = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    figure_import = models.OneToOneField(
        FigureImport, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    objects = ScopedManager(organisation="organisation")


class FigureCell(models.Model):
    """One number of one import: a field of a kind (`key`, "absence-rate.rate"), for a unit and the month that begins on `month`.

    That `month` is the first of a month is not a constraint: SQLite would need a function of Django's for it, which no backup has.
    Cells are added and never changed. What holds is the cell of the newest import that was not undone.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    figure_import = models.ForeignKey(FigureImport, on_delete=models.CASCADE, related_name="cells")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=90)
    month = models.DateField()
    amount = models.FloatField()
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["figure_import", "unit", "key", "month"], name="figure_cell_once_an_import"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "unit", "month"], name="figure_cell_of_unit")]


class MomentKind(models.TextChoices):
    """What happened. Rounds of surveys are moments by themselves and are not written down here."""

    CAMPAIGN = "campaign", _("campaign")
    TRAJECTORY = "trajectory", _("trajectory")
    ACTION = "action", _("action")
    ROSTER = "roster", _("new roster")
    REORGANISATION = "reorganisation", _("reorganisation")
    OTHER = "other", _("something else")


class Moment(models.Model):
    """Something that happened on a day, or from a day up to and including another, in all of the organisation or in a unit."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=MomentKind.choices, default=MomentKind.ACTION)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="moment_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(kind__in=MomentKind.values), name="moment_kind"),
        ]

    def __str__(self) -> str:
        return self.title
