"""Tags for templates: `{% load ui %}`."""

from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

from draagkracht.ui import context as page_context
from draagkracht.ui import stylesheet
from draagkracht.ui.crisis import CrisisCountry, crisis_lines

register = template.Library()


@register.simple_tag
def stylesheet_url() -> str:
    """Address of the one stylesheet; it changes with its content."""
    return reverse("ui:style", args=[stylesheet.packed()[0]])


@register.simple_tag(takes_context=True)
def help_lines(context: template.Context) -> list[CrisisCountry]:
    """Crisis lines for this page; works without request or context processors, as on the page of error 500."""
    return crisis_lines(page_context.country(context.get("request")))


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Code and own name of every language on offer."""
    own_names = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
    return [(code, own_names.get(code, str(name))) for code, name in settings.LANGUAGES]


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, parameter: str = "page") -> dict[str, Any]:
    """Links to the pages of a paginator; keeps the other parameters of the address."""
    query = context["request"].GET.copy()
    query.pop(parameter, None)
    kept = f"{query.urlencode()}&" if query else ""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": numbers, "prefix": f"?{kept}{parameter}=", "gap": page.paginator.ELLIPSIS}


@register.inclusion_tag("ui/components/stepper.html")
def stepper(current: int, *names: str) -> dict[str, Any]:
    """Steps of a task; `current` counts from 1."""
    return {"steps": [(number, str(name)) for number, name in enumerate(names, 1)], "current": current}


@register.inclusion_tag("ui/components/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """A bar with its words; `total` must be known and above 0."""
    return {"done": done, "total": total, "label": label}


class BlockNode(template.Node):
    """Renders what stands between a tag and its end into a component as `content`."""

    def __init__(self, name: str, nodes: template.NodeList, options: dict[str, Any]) -> None:
        self.name, self.nodes, self.options = name, nodes, options

    def render(self, context: template.Context) -> str:
        given = {key: value.resolve(context) for key, value in self.options.items()}
        content = self.nodes.render(context)
        return get_template(f"ui/components/{self.name}.html").render({"content": content, **given})


def _block(name: str, *allowed: str) -> None:
    """Registers `{% name key=value %} … {% endname %}`."""

    def parse(parser: template.base.Parser, token: template.base.Token) -> BlockNode:
        options = {}
        for bit in token.split_contents()[1:]:
            key, separator, value = bit.partition("=")
            if not separator or key not in allowed:
                raise template.TemplateSyntaxError(f"{name} takes only {', '.join(allowed)}, not {bit!r}")
            options[key] = parser.compile_filter(value)
        nodes = parser.parse((f"end{name}",))
        parser.delete_first_token()
        absent = {key: parser.compile_filter("''") for key in allowed if key not in options}
        return BlockNode(name, nodes, options | absent)

    register.tag(name, parse)


_block("card", "title", "tag")
_block("notice", "kind", "title")
_block("empty", "title")
_block("scroll", "label")
