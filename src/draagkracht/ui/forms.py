"""How every form of the product is drawn: label, help and error tied together, targets of 48 px, choices as cards."""

from functools import cached_property
from pathlib import Path

from django.forms import renderers


class FormRenderer(renderers.DjangoTemplates):
    """Form and field templates of this room; widgets of this room win from Django's, other rooms' apps come after."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    @cached_property
    def engine(self):
        own = Path(__file__).parent / "templates" / "ui" / "widgets"
        django = Path(renderers.__file__).parent / "templates"
        return self.backend({"APP_DIRS": True, "DIRS": [own, django], "NAME": "forms", "OPTIONS": {}})
