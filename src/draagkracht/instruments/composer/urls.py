"""Routes of the composer; who may open them stands in config/access.py."""

from django.urls import path

from draagkracht.instruments.composer.views import condition, desk, draft, preview, question, review
from draagkracht.instruments.composer.visit import open_or_published

BASE = "questionnaires/drafts/<int:draft_id>/"

urlpatterns = [
    path("questionnaires/", desk.desk, name="drafts"),
    path("questionnaires/new/", desk.new, name="new-draft"),
    path("questionnaires/versions/<int:version_id>/", desk.version, name="version"),
    path("questionnaires/versions/<int:version_id>/next/", desk.next_version, name="next-version"),
    path(BASE, open_or_published(draft.draft), name="draft"),
    path(f"{BASE}act/", draft.act, name="draft-act"),
    path(f"{BASE}back/", desk.bring_back, name="draft-back"),
    path(f"{BASE}title/", open_or_published(draft.title), name="draft-title"),
    path(f"{BASE}sections/<str:section_id>/", open_or_published(draft.section), name="draft-section"),
    path(f"{BASE}sections/<str:section_id>/add/", open_or_published(question.add), name="draft-add"),
    path(
        f"{BASE}sections/<str:section_id>/add/<str:kind>/",
        open_or_published(question.new_question),
        name="draft-new-question",
    ),
    path(f"{BASE}parts/<str:key>/", open_or_published(question.part), name="draft-part"),
    path(f"{BASE}conditions/<str:part>/", open_or_published(condition.condition), name="draft-condition"),
    path(f"{BASE}preview/", open_or_published(preview.preview), name="draft-preview"),
    path(f"{BASE}review/", open_or_published(review.review), name="draft-review"),
    path(f"{BASE}publish/", review.publish, name="draft-publish"),
]
