"""Routes of the composer; who may open them stands in config/access.py."""

from django.urls import path

from draagkracht.instruments.composer.views import condition, desk, draft, preview, question, review

BASE = "questionnaires/drafts/<int:draft_id>/"

urlpatterns = [
    path("questionnaires/", desk.desk, name="drafts"),
    path("questionnaires/new/", desk.new, name="new-draft"),
    path("questionnaires/versions/<int:version_id>/", desk.version, name="version"),
    path("questionnaires/versions/<int:version_id>/next/", desk.next_version, name="next-version"),
    path(BASE, draft.draft, name="draft"),
    path(f"{BASE}act/", draft.act, name="draft-act"),
    path(f"{BASE}back/", desk.bring_back, name="draft-back"),
    path(f"{BASE}title/", draft.title, name="draft-title"),
    path(f"{BASE}sections/<str:section_id>/", draft.section, name="draft-section"),
    path(f"{BASE}sections/<str:section_id>/add/", question.add, name="draft-add"),
    path(f"{BASE}sections/<str:section_id>/add/<str:kind>/", question.new_question, name="draft-new-question"),
    path(f"{BASE}parts/<str:key>/", question.part, name="draft-part"),
    path(f"{BASE}conditions/<str:part>/", condition.condition, name="draft-condition"),
    path(f"{BASE}preview/", preview.preview, name="draft-preview"),
    path(f"{BASE}review/", review.review, name="draft-review"),
    path(f"{BASE}publish/", review.publish, name="draft-publish"),
]
