"""Every page, for every role: nothing for axe to find, all of it by keyboard, no sideways scrolling, a quiet console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import crawl, label

from draagkracht.people.models import Role

pytestmark = pytest.mark.browser
FIRST_HALF = (Role.WORKER, Role.TEAM_LEAD, Role.COORDINATOR)
AXE = Axe()
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

# What Tab must reach: everything that can be pressed or filled in, of a group of radios one.
REACHABLE = """() => {
  const wanted = 'a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select:not([disabled]), '
    + 'textarea:not([disabled]), summary, [tabindex="0"]';
  const groups = new Set();
  return [...document.querySelectorAll(wanted)].filter(one => {
    if (one.tabIndex < 0 || !one.checkVisibility({visibilityProperty: true})) return false;
    if (one.closest('details:not([open])') && one.tagName !== 'SUMMARY') return false;
    if (one.type !== 'radio') return true;
    const group = (one.form ? [...document.forms].indexOf(one.form) : '') + one.name;
    return groups.has(group) ? false : groups.add(group);
  }).length;
}"""
# Counts each element once; true in the second place when the focus can be seen.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  window.tabbed = window.tabbed || new Set();
  if (window.tabbedLast === one) return 'same';
  window.tabbedLast = one;
  const known = window.tabbed.has(one);
  window.tabbed.add(one);
  // A radio or checkbox may be drawn by its label.
  const drawn = [one, one.closest('label'), one.nextElementSibling, one.parentElement].filter(Boolean);
  const seen = drawn.some(each => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
  const box = one.getBoundingClientRect();
  return {known, seen, what: one.outerHTML.slice(0, 120), outside: box.right < 0 || box.bottom < 0};
}"""
# Tab begins where the focus was last: on a page that put it in a field, not at the top.
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  window.tabbed = new Set();
  window.tabbedLast = null;
  scrollTo(0, 0);
}"""
# The same page for another role need not be looked at twice.
SIGNATURE = """() => [...document.querySelectorAll('*')].map(one => one.tagName + one.getAttribute('class')).join()
  + document.querySelector('main').innerText"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe_finds(page) -> list[str]:
    result = AXE.run(page, options=RULES).response
    return [
        f"{found['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def keyboard_faults(page) -> list[str]:
    """What Tab does not reach, or reaches without showing it; a page that keeps the focus for itself."""
    page.evaluate(FROM_THE_TOP)
    wanted, faults, reached = page.evaluate(REACHABLE), [], 0
    # A date field takes several presses: one for each of its parts.
    for _ in range(4 * wanted + 8):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at == "same":
            continue
        if at is None or at["known"]:
            break
        reached += 1
        if not at["seen"]:
            faults.append(f"focus is not visible on {at['what']}")
        if at["outside"]:
            faults.append(f"focus is outside the page on {at['what']}")
    if reached < wanted:
        faults.append(f"Tab reached {reached} of {wanted}")
    return faults


def skip_link_faults(page) -> list[str]:
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    if page.evaluate("() => document.activeElement.getAttribute('href')") != "#main":
        return ["the first Tab is not the link that skips to the content"]
    page.keyboard.press("Enter")
    inside = page.evaluate("() => document.activeElement.id === 'main' || location.hash === '#main'")
    return [] if inside else ["the skip link leads nowhere"]


def sideways(page) -> list[str]:
    faults = []
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        if (more := page.evaluate(SIDEWAYS)) > 0:
            faults.append(f"{more} px of sideways scrolling at {width} px")
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults


def check(page, complaints: list[str], known: set[str]) -> list[str]:
    """All that is wrong with the page in sight; a page that was looked at before is only listened to."""
    signature, faults = page.evaluate(SIGNATURE), []
    if signature not in known:
        known.add(signature)
        faults = axe_finds(page) + sideways(page) + keyboard_faults(page) + skip_link_faults(page)
    faults += complaints
    complaints.clear()
    return faults


def visit(role: Role, demo, context_of, known: set[str]) -> None:
    context = context_of({"width": 1280, "height": 900}, reduced_motion="reduce")
    page, found, visited = context.new_page(), {}, []
    for route in crawl(page, demo.root, demo.links[label(role)]):
        visited.append(route)
        if faults := check(page, context.complaints, known):
            found[f"{route} {page.url.removeprefix(demo.root)}"] = faults
    assert len(visited) >= 4, visited
    assert not found, "\n".join(f"{place}\n    " + "\n    ".join(faults) for place, faults in found.items())


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Signatures of the pages that were looked at in this process."""
    return set()


# Two halves, so that two processors share the work.
@pytest.mark.xdist_group("pages")
@pytest.mark.parametrize("role", FIRST_HALF, ids=lambda role: role.value)
def test_every_page_of_the_first_roles_is_accessible(role, demo, context_of, known):
    visit(role, demo, context_of, known)


@pytest.mark.xdist_group("answering")
@pytest.mark.parametrize("role", [role for role in Role if role not in FIRST_HALF], ids=lambda role: role.value)
def test_every_page_of_the_other_roles_is_accessible(role, demo, context_of, known):
    visit(role, demo, context_of, known)


@pytest.mark.xdist_group("answering")
@pytest.mark.parametrize("path", ["/", "/account/login/", "/privacy/", "/hulp/", "/offline/", "/no-such-page/"])
def test_a_page_for_everybody_is_accessible(path, demo, context_of, known):
    page = context_of({"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    page.goto(demo.root + path)
    # The browser itself complains about the status of a page that does not exist.
    complaints = [text for text in page.context.complaints if "404" not in text]
    assert check(page, complaints, known) == []
