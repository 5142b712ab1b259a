"""What a proposal changes, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from draagkracht.instruments.instrument import in_language

from .choices import COARSE, GROUPED, PROFESSION, SENIORITY, UNIT, Choices
from .gather import Material


def changes(material: Material, coarser: Choices) -> list[str]:
    """A sentence for everything that would be coarser or left out."""
    asked = material.choices
    found = []
    gone = [wave.name for wave in material.waves if wave.pk not in coarser.waves]
    if gone:
        found.append(_("without %(names)s") % {"names": ", ".join(gone)})
    for name, step in asked.background.items():
        now = coarser.background.get(name)
        if now != step:
            found.append(_change(_name(material, name), now))
    return found


def roughly(people: int, k: int) -> str:
    """A number of people for a page that anybody with this role can ask for again and again: never a small one exactly."""
    if not people:
        return "0"
    return _("fewer than %(k)s") % {"k": k} if people < k else _("about %(n)s") % {"n": people // 5 * 5}


def _name(material: Material, name: str) -> str:
    known = {UNIT: _("unit"), PROFESSION: _("profession"), SENIORITY: _("years since the first day")}
    if name in known:
        return known[name]
    *_earlier, question = material.known.questions[name].values()
    return f"“{in_language(question.text, material.language)}”"


def _change(name: str, step: str | None) -> str:
    if step is None:
        return _("%(name)s left out") % {"name": name}
    if step == COARSE:
        return _("%(name)s in larger classes") % {"name": name}
    if step == GROUPED:
        return _("%(name)s: rare ones together") % {"name": name}
    return _("%(name)s: level %(step)s instead of a lower one") % {"name": name, "step": step}
