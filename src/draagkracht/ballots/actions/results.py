"""After closing: texts are published after a human look; signals are written down."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.people.actions import audit
from draagkracht.people.models import Account
from draagkracht.ui.refusal import Refusal

from .. import queries
from ..models import Evaluation, Signal


def publish_texts(evaluation: Evaluation, account: Account | None, kept: Mapping[str, Sequence[str]]) -> None:
    """Publishes these texts, by question, and no others, once. Raises Refusal: too few ballots, done before, or a text
    that nobody wrote."""
    with transaction.atomic():
        found = Evaluation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=evaluation.pk)
        if found.texts is not None:
            raise Refusal(_("The texts of this evaluation were published already."), 409)
        if not queries.may_read_texts(found):
            raise Refusal(_("There are too few ballots to show texts."), 409)
        written = {question.id: texts for question, texts in queries.texts(found, "en")}
        # Kept in the drawn order of this moment, each question apart.
        found.texts = {name: [text for text in texts if text in kept.get(name, ())] for name, texts in written.items()}
        found.texts_read_at, found.texts_read_by = timezone.now(), account
        found.save(update_fields=["texts", "texts_read_at", "texts_read_by"])
        count = sum(len(texts) for texts in found.texts.values())
        audit(found.organisation, account, "evaluation.texts_published", evaluation=found.pk, count=count)


def write_signal(signal: Signal, account: Account | None) -> Signal:
    """Keeps a new or a changed signal."""
    with transaction.atomic():
        act = "signal.changed" if signal.pk else "signal.written"
        signal.save()
        audit(signal.organisation, account, act, signal=signal.pk)
    return signal
