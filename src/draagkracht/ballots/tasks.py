"""Background work of this room, called in a loop by `draagkracht work`."""

from django.db.models import Q
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from .actions.closing import close, forget_keys, refresh_turnout
from .models import Evaluation


def close_due() -> int:
    """Closes what is due, counts once a day, destroys keys that are left over; returns how many evaluations changed."""
    today = timezone.localdate()
    with scopes_disabled():  # the loop serves every organisation; each is then handled inside its own scope
        live = Q(closed_at=None, opened_at__isnull=False) & (
            Q(closes_on__lt=today) | ~Q(turnout_on=today) | Q(turnout_on=None)
        )
        rows = Evaluation.objects.filter(live | (Q(closed_at__isnull=False) & Q(key_id__isnull=False)))
        found = list(rows.select_related("organisation"))
    return sum(_handle(one) for one in found)


def _handle(evaluation: Evaluation) -> bool:
    with scope(organisation=evaluation.organisation):
        if evaluation.closed_at:
            return bool(forget_keys())
        if evaluation.closes_on < timezone.localdate():
            return close(evaluation)
        return refresh_turnout(evaluation)
