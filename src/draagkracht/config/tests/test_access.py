"""The table role x route is complete, stands in the documentation as it was reviewed, and is what everybody really gets.

A new route: give it a line in access.py, run `python -m draagkracht.config.roles --write`, look at the difference, and
if it takes arguments add to OBJECTS how to make an existing object of Zorggroep De Brug that holds data.
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.config import roles
from draagkracht.config.access import TABLE
from draagkracht.config.reference import routes
from draagkracht.conftest import give_role
from draagkracht.insights.tests.conftest import published  # noqa: F401
from draagkracht.people.models import Account, Role

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "roles.md"
ANYBODY, LINK, ACCOUNT = roles.ANYBODY, roles.LINK, roles.ACCOUNT

# Routes of django-allauth that nobody may open: sign-up, passwords, changing one's address, linking accounts by hand.
CLOSED = {
    "account_signup",
    "account_reauthenticate",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "socialaccount_signup",
    "socialaccount_connections",
}

# Open by the table; the page itself shows it only to whom it belongs (another's passkey, another browser's result) or
# where there is something to show (nobody here has set up an app, a passkey or recovery codes).
CLOSED_BY_THE_PAGE = {
    ("mfa_edit_webauthn", "open", "absent"),
    ("mfa_remove_webauthn", "open", "absent"),
    ("mfa_deactivate_totp", "open", "absent"),
    ("mfa_download_recovery_codes", "open", "absent"),
    ("mfa_view_recovery_codes", "open", "absent"),
    ("mfa_reauthenticate", "open", "denied"),
    ("mfa_reauthenticate_webauthn", "open", "denied"),
    ("surveys:result", "open", "denied"),
}

# Open by the table, yet without a page in this test: no provider is configured, no demo runs, no code was asked for.
NOT_THERE = {"openid_connect_login", "openid_connect_callback", "ui:gallery", "people:demo-link"}


# -- objects of Zorggroep De Brug for the routes that take arguments ---------------------------------------------------
# Each entry gets the published world (insights/tests/conftest.py) and returns the arguments of the route. The object
# exists and holds data, so that a denied visit would show something. Add yours under your room's heading.


def passkey_of_another(world) -> dict:
    from allauth.mfa.models import Authenticator

    owner = world.cast.brug.people["eik.bram"].account
    made = Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Sleutel"})
    return {"pk": made.pk}


def sign_in_token(world) -> dict:
    from draagkracht.people.actions.sign_in import token_hash
    from draagkracht.people.models import SignInLink

    soon = timezone.now() + datetime.timedelta(minutes=5)
    account = world.cast.accounts["worker"]
    SignInLink.objects.get_or_create(token_hash=token_hash("proof"), defaults={"account": account, "expires_at": soon})
    return {"token": "proof"}


def proposed_address(world) -> dict:
    from draagkracht.people.actions.sign_in import token_hash
    from draagkracht.people.models import AddressChange

    AddressChange.objects.get_or_create(
        person=world.cast.brug.people["linde.amina"],
        confirmed_at=None,
        defaults={
            "organisation": world.organisation,
            "new_email": "amina@nieuw.example",
            "token_hash": token_hash("proposal"),
            "expires_at": timezone.now() + datetime.timedelta(days=1),
        },
    )
    return {"token": "proposal"}


def granted_role(world) -> dict:
    from draagkracht.people.models import RoleAssignment

    return {"pk": RoleAssignment.objects.filter(role=Role.COORDINATOR).first().pk}


def attested_permission(world) -> dict:
    from draagkracht.instruments.licences import attest

    row = attest(
        world.organisation, "bat-12", b"%PDF-1.7 a letter", "brief.pdf", statement="Brief", valid_until=None, by=None
    )
    return {"instrument_id": "bat-12", "attestation_id": row.pk}


def staff_upload(world) -> dict:
    from draagkracht.people.actions.staff_import import keep_upload

    text = "nr;naam;mail;afdeling;team\n1;Amina linde;amina.linde@brug.example;Woonzorg;Team Linde\n"
    return {"code": keep_upload(world.organisation, None, "staf.csv", text.encode()).code}


def staff_import(world) -> dict:
    from draagkracht.people.actions.staff_import import confirm, find_upload, show

    upload = find_upload(staff_upload(world)["code"])
    return {"pk": confirm(upload, None, show(upload).digest).pk}


def invitation(world) -> dict:
    from draagkracht.surveys.models import Invitation
    from draagkracht.surveys.queries import link_token

    found = Invitation.objects.filter(wave=world.open, person=world.cast.brug.people["linde.amina"]).first()
    return {"token": link_token(found)}


def survey_part(world) -> dict:
    from django.urls import resolve

    from draagkracht.surveys.views.parts import TYPES, part_url

    return resolve(part_url(next(iter(TYPES)))).kwargs


def questionnaire_draft(world) -> dict:
    from draagkracht.instruments import drafts
    from draagkracht.instruments.document import of_instruments

    made = drafts.start(world.organisation, of_instruments({"nl": "Geheim ontwerp"}, ["pulse"], ["nl"]), None)
    return {"draft_id": made.pk}


def published_version(world) -> dict:
    return {"version_id": world.wave.version_id}


def figure_upload(world) -> dict:
    from draagkracht.figures.actions.imports import keep_upload

    text = "afdeling;maand;verzuim\nWoonzorg;2026-01;7,4\n"
    return {"code": keep_upload(world.organisation, None, "verzuim.csv", text.encode()).code}


def figure_import(world) -> dict:
    from draagkracht.figures.actions.imports import confirm, find_upload, show
    from draagkracht.figures.models import FigureImport

    known = FigureImport.objects.filter(undone_at=None).first()
    if known is None:
        upload = find_upload(figure_upload(world)["code"])
        known = confirm(upload, None, show(upload).digest)
    return {"pk": known.pk}


def moment(world) -> dict:
    from draagkracht.figures.actions.moments import write

    day = datetime.date(2026, 2, 1)
    return {"pk": write(world.organisation, None, title="Nieuw rooster", kind="roster", starts_on=day).pk}


def evaluation(world):
    from draagkracht.ballots.tests.made import opened

    return opened(world.organisation)


def ballot_code(world) -> dict:
    return {"code": evaluation(world)[1][0]}


def closed_evaluation(world) -> dict:
    from draagkracht.ballots.actions.closing import close

    made, _ = evaluation(world)
    close(made)
    return {"pk": made.pk}


def signal(world) -> dict:
    from draagkracht.ballots.models import Signal

    day = datetime.date(2026, 2, 1)
    return {"pk": Signal.objects.create(organisation=world.organisation, said="S", said_on=day, owner="HR").pk}


def linde(world) -> dict:
    return {"unit_id": world.cast.brug.units["linde"].pk}


def research_study(world) -> dict:
    from draagkracht.insights.models import ResearchStudy
    from draagkracht.insights.research.actions import begin_study

    known = ResearchStudy.objects.first()
    return {"study_id": (known or begin_study(world.organisation, "S", "?", "", world.cast.accounts["researcher"])).pk}


def effect_study(world) -> dict:
    from draagkracht.insights.models import EffectStudy
    from draagkracht.insights.release.studies import register

    chosen = {"participants": ["linde"], "comparison": ["eik"], "primary": ["pulse.recovery"]}
    known = EffectStudy.objects.first()
    made = known or register(world.organisation, "Traject Linde", [world.wave.pk, world.open.pk], **chosen)
    return {"study_id": made.pk}


def shared_link(world):
    from draagkracht.insights.models import SharedLink
    from draagkracht.insights.sharing.actions import make

    given = {"whom": "OR", "purpose": "Overleg", "until": timezone.localdate(), "release": world.release}
    return SharedLink.objects.first() or make(world.organisation, **given, by=world.cast.accounts["coordinator"])


def shared_token(world) -> dict:
    from draagkracht.insights.shared.tokens import token

    return {"token": token(shared_link(world))}


OBJECTS: dict[str, Callable[[SimpleNamespace], dict]] = {
    # sign-in
    "mfa_edit_webauthn": passkey_of_another,
    "mfa_remove_webauthn": passkey_of_another,
    "openid_connect_login": lambda world: {"provider_id": "own"},
    "openid_connect_callback": lambda world: {"provider_id": "own"},
    # ui
    "ui:style": lambda world: {"digest": "abc"},
    # people
    "people:sign-in-link": sign_in_token,
    "people:confirm-address": proposed_address,
    "people:demo-link": lambda world: {"signed": "abc"},
    "people:role-revoke": granted_role,
    "people:staff-unit": lambda world: {"pk": world.cast.brug.units["linde"].pk},
    "people:staff-columns": staff_upload,
    "people:staff-check": staff_upload,
    "people:staff-errors": staff_upload,
    "people:staff-confirm": staff_upload,
    "people:staff-done": staff_import,
    "people:staff-undo": staff_import,
    # consent
    "consent:agree": lambda world: {"purpose": "measure"},
    "insights:withdraw": lambda world: {"purpose": "measure"},
    # instruments
    "instruments:detail": lambda world: {"instrument_id": "pulse"},
    "instruments:texts": lambda world: {"instrument_id": "bat-12"},
    "instruments:blank-texts": lambda world: {"instrument_id": "bat-12", "language": "nl"},
    "instruments:definition": lambda world: {"instrument_id": "job-satisfaction-3"},
    "instruments:permission": lambda world: {"instrument_id": "bat-12"},
    "instruments:letter": attested_permission,
    "instruments:withdraw-permission": attested_permission,
    "instruments:version": published_version,
    "instruments:next-version": published_version,
    "instruments:version-file": published_version,
    "instruments:draft-file": questionnaire_draft,
    **dict.fromkeys(
        (
            "instruments:draft",
            "instruments:draft-act",
            "instruments:draft-back",
            "instruments:draft-title",
            "instruments:draft-preview",
            "instruments:draft-review",
            "instruments:draft-publish",
        ),
        questionnaire_draft,
    ),
    **dict.fromkeys(
        ("instruments:draft-section", "instruments:draft-add"),
        lambda world: questionnaire_draft(world) | {"section_id": "s1"},
    ),
    "instruments:draft-new-question": lambda world: questionnaire_draft(world) | {"section_id": "s1", "kind": "yesno"},
    "instruments:draft-part": lambda world: questionnaire_draft(world) | {"key": "pulse"},
    "instruments:draft-condition": lambda world: questionnaire_draft(world) | {"part": "pulse"},
    # surveys
    "surveys:answer": invitation,
    "surveys:save": invitation,
    "surveys:complete": invitation,
    "surveys:result": invitation,
    "surveys:wipe": invitation,
    "surveys:start": lambda world: {"code": world.open.poster_code},
    "surveys:part": survey_part,
    "surveys:campaign": lambda world: {"campaign_id": world.wave.campaign_id},
    "surveys:new-wave": lambda world: {"campaign_id": world.wave.campaign_id},
    **dict.fromkeys(
        (
            "surveys:wave",
            "surveys:open-wave",
            "surveys:close-wave",
            "surveys:send-again",
            "surveys:renew-links",
            "surveys:renew-link",
            "surveys:poster",
        ),
        lambda world: {"wave_id": world.open.pk},
    ),
    # figures
    **dict.fromkeys(("figures:columns", "figures:check", "figures:mistakes", "figures:confirm"), figure_upload),
    **dict.fromkeys(("figures:done", "figures:undo"), figure_import),
    **dict.fromkeys(("figures:moment", "figures:moment-remove"), moment),
    # ballots
    "ballots:vote": ballot_code,
    "ballots:sign": ballot_code,
    "ballots:box": lambda world: {"code": evaluation(world)[0].box_code},
    **dict.fromkeys(
        (
            "ballots:evaluation",
            "ballots:evaluation-codes",
            "ballots:evaluation-mail",
            "ballots:evaluation-open",
            "ballots:evaluation-close",
        ),
        lambda world: {"pk": evaluation(world)[0].pk},
    ),
    **dict.fromkeys(("ballots:evaluation-results", "ballots:evaluation-texts"), closed_evaluation),
    **dict.fromkeys(
        ("ballots:evaluation-half-year", "ballots:evaluation-half-year-file"), lambda world: {"year": 2026, "half": 1}
    ),
    "ballots:signal": signal,
    # insights
    "insights:unit": linde,
    "insights:unit-paper": linde,
    "insights:research-study": research_study,
    "insights:research-download": research_study,
    "insights:research-close": research_study,
    "insights:effect": effect_study,
    "insights:effect-table": effect_study,
    "insights:effect-calculate": effect_study,
    "insights:release": lambda world: {"release_id": world.release.pk},
    "insights:organisation-link-revoke": lambda world: {"link_id": shared_link(world).pk},
    **dict.fromkeys(("insights:shared", "insights:shared-paper", "insights:shared-cells"), shared_token),
    "insights:texts-round": lambda world: {"release_id": world.release.pk},
    "insights:texts-publish": lambda world: {"release_id": world.release.pk},
    "insights:text": lambda world: {"release_id": world.release.pk, "mark": "0" * 32},
}

# The rule is asked before the method is looked at: these visitors try the other method as well, and the routes for
# which no role is asked.
TRY_POST = {"nobody", "worker", "coordinator", "coordinator without second factor", "account without organisation"}

# Objects that belong to no organisation: another organisation's coordinator may open them too.
SHARED = {
    "ballots:evaluation-half-year",
    "ballots:evaluation-half-year-file",
    "instruments:detail",
    "instruments:texts",
    "instruments:blank-texts",
    "instruments:definition",
    "instruments:permission",
    "consent:agree",
    "insights:withdraw",
}


# -- the table is complete ---------------------------------------------------------------------------------------------


def existing() -> dict[str, str]:
    return dict(routes(get_resolver()))


def test_every_route_has_its_line_and_every_line_its_route():
    found = set(existing())
    assert found - set(TABLE) - CLOSED == set(), "without a line in access.py nobody can open it"
    assert set(TABLE) - found == set(), "lines without a route"
    assert not CLOSED & set(TABLE)


def test_the_page_of_roles_is_the_table():
    assert PAGE.read_text(encoding="utf-8") == roles.page(), (
        "docs/reference/roles.md: run python -m draagkracht.config.roles --write, and look at the difference"
    )


def test_every_route_with_arguments_has_an_object_to_try_it_with():
    needed = {name for name, path in existing().items() if "<" in path and name in TABLE}
    assert needed - set(OBJECTS) == set(), "say in OBJECTS how to make one"
    assert set(OBJECTS) - needed == set(), "no longer needed"


def test_no_role_of_the_employer_opens_a_page_of_one_person():
    expected = roles.read(PAGE.read_text(encoding="utf-8"))
    for route in ("insights:me", "insights:my-data", "consent:mine", "consent:agree", "insights:withdraw"):
        assert expected[route] == {"worker"}


def test_a_route_that_is_closed_does_not_exist_for_anybody(cast, sign_in):
    for name in sorted(CLOSED - {"account_confirm_email", "account_reset_password_from_key"}):
        for browser in (Client(), sign_in(cast.accounts["platform-admin"])):
            assert browser.get(reverse(name)).status_code == 404, name


# -- and it is what everybody gets -------------------------------------------------------------------------------------


def outcome(browser: Client, path: str, method: str = "get") -> str:
    """login, second-factor, denied, absent or open."""
    answer = getattr(browser, method)(path)
    if answer.status_code == 302 and answer.url.startswith("/account/login/?next="):
        return "login"
    if answer.status_code == 302 and answer.url == "/account/second-step/":
        return "second-factor"
    return {403: "denied", 404: "absent"}.get(answer.status_code, "open" if answer.status_code < 500 else "broken")


def expected_for(open_to: frozenset[str], held: set[str] | None, second_factor: bool, route: str) -> str:
    """What a visitor must get; `held` is None for who is not signed in. Written down apart from access.py on purpose."""
    if open_to & {ANYBODY, LINK}:
        return "absent" if route in NOT_THERE else "open"
    if held is None:
        return "login"
    if ACCOUNT in open_to:
        return "open"
    matching = held & open_to
    if not matching:
        return "denied"
    if "worker" in matching or second_factor:
        return "open"
    return "second-factor"


def visitors(world, sign_in) -> list[tuple[str, Client, set[str] | None, bool]]:
    """(name, browser, roles in De Brug, second factor) of everybody who tries the door."""
    cast = world.cast
    lead = cast.brug.people["linde.bram"].account
    give_role(cast.brug, lead.email, "team-lead", "linde")
    nowhere = Account.objects.create_user("nergens@elders.example")
    found: list[tuple[str, Client, set[str] | None, bool]] = [("nobody", Client(), None, False)]
    for role in Role:
        account = cast.accounts[role.value]
        found.append((role.value, sign_in(account), {role.value}, True))
        found.append(
            (f"{role.value} without second factor", sign_in(account, second_factor=False), {role.value}, False)
        )
    found.append(("lead who is a worker", sign_in(lead), {"worker", "team-lead"}, True))
    half = sign_in(lead, second_factor=False)
    found.append(("lead who is a worker, without second factor", half, {"worker", "team-lead"}, False))
    found.append(("account without organisation", sign_in(nowhere), set(), True))
    return found


def test_everybody_gets_what_the_page_says_and_no_more(published, sign_in):  # noqa: F811
    expected = roles.read(PAGE.read_text(encoding="utf-8"))
    everybody, wrong = visitors(published, sign_in), []
    for route, open_to in expected.items():
        path = path_of(route, published)
        roles_matter = not open_to & {ANYBODY, LINK, ACCOUNT}
        for name, browser, held, second in everybody:
            if not roles_matter and name not in TRY_POST:
                continue
            wanted = expected_for(open_to, held, second, route)
            got = outcome(browser, path)
            if got != wanted and (route, wanted, got) not in CLOSED_BY_THE_PAGE:
                wrong.append(f"{route} as {name}: {got} instead of {wanted}")
            shut = wanted in ("denied", "login", "second-factor")
            if shut and name in TRY_POST and outcome(browser, path, "post") == "open":
                wrong.append(f"{route} as {name}: open by POST")
    assert wrong == []


def test_another_organisation_never_reaches_an_object(published, sign_in):  # noqa: F811
    """Every role of Buurthuis, second factor included, at every object of De Brug that holds data."""
    stranger = published.cast.stranger
    for role in Role:
        if role not in (Role.WORKER, Role.COORDINATOR):
            give_role(published.cast.buurt, stranger.email, role.value, "linde" if role is Role.TEAM_LEAD else None)
    browser, wrong = sign_in(stranger), []
    expected = roles.read(PAGE.read_text(encoding="utf-8"))
    for route in OBJECTS:
        if route in SHARED or expected[route] & {ANYBODY, LINK}:
            continue
        path = path_of(route, published)
        for method in ("get", "post"):
            got = outcome(browser, path, method)
            answer = getattr(browser, method)(path)
            if got not in ("denied", "absent") and answer.status_code != 405:
                wrong.append(f"{method} {route}: {got}")
    assert wrong == []


def path_of(route: str, world) -> str:
    if route not in OBJECTS:
        return reverse(route)
    with scope(organisation=world.organisation):
        return reverse(route, kwargs=OBJECTS[route](world))
