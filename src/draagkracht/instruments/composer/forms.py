"""Forms of the composer: texts in every language side by side, answers as rows that come and go without a script.

A form never refuses what is merely unfinished: that is kept, and told beside it. It refuses what cannot be kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments.document import Document

Words = str | Promise
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
LONGEST_LINE, LONGEST_TEXT = 300, 4000


def language_name(code: str) -> str:
    """The language in its own words: Nederlands, English."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


class WordedForm(forms.Form):
    """A form with texts in several languages: one field for each, `<name>_<language>`, together under one heading."""

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = list(languages)
        self.headings: dict[str, tuple[Words, Words]] = {}

    def add_words(self, name: str, heading: Words, *, lines: int = 1, help_text: Words = "", longest: int = 0) -> None:
        """Fields for one text. With one language its field carries the heading itself."""
        alone = len(self.languages) == 1
        self.headings[name] = ("" if alone else heading, "" if alone else help_text)
        for language in self.languages:
            attributes = {"lang": language, "spellcheck": "true"}
            area = forms.Textarea(attrs={**attributes, "rows": lines})
            self.fields[f"{name}_{language}"] = forms.CharField(
                label=str(heading) if alone else language_name(language),
                help_text=str(help_text) if alone else "",
                required=False,
                max_length=longest or (LONGEST_TEXT if lines > 1 else LONGEST_LINE),
                widget=area if lines > 1 else forms.TextInput(attrs=attributes),
            )

    def texts(self, name: str) -> dict[str, str]:
        """What was given for a text, in every language of the form; '' where nothing was."""
        return {language: self.cleaned_data.get(f"{name}_{language}", "") for language in self.languages}

    @property
    def parts(self) -> Iterator[dict[str, Any]]:
        """What a template draws: groups of fields with their heading, and fields alone, in their order."""
        done: set[str] = set()
        for name in self.fields:
            group, _, language = name.rpartition("_")
            if group in self.headings and language in self.languages:
                if group not in done:
                    done.add(group)
                    yield self.group(group)
            elif not self.in_a_row(name):
                yield {"field": self[name]}

    def in_a_row(self, name: str) -> bool:
        """The field is drawn with the row that it belongs to."""
        return False

    def group(self, name: str) -> dict[str, Any]:
        """The fields of one text."""
        heading, help_text = self.headings[name]
        fields: list[BoundField] = [self[f"{name}_{language}"] for language in self.languages]
        return {"name": name, "heading": heading, "help_text": help_text, "fields": fields}

    def typed(self) -> list[tuple[str, str]]:
        """(label, text) of everything that was filled in, for who must copy it elsewhere."""
        found = []
        for part in self.parts:
            for field in part.get("fields") or [part["field"]]:
                value = field.value()
                if value not in (None, "", []):
                    label = " · ".join(str(one) for one in (part.get("heading"), field.label) if one)
                    found.append((label, ", ".join(value) if isinstance(value, list) else str(value)))
        return found


def words_of(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """A text as the first values of its fields."""
    return {f"{name}_{language}": text for language, text in texts.items()}


class TitleForm(WordedForm):
    """The title, and the languages in which is asked."""

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, languages=languages, **kwargs)
        self.add_words("title", _("Title"), longest=120)
        self.fields["languages"] = forms.MultipleChoiceField(
            label=_("In which languages do people answer?"),
            widget=forms.CheckboxSelectMultiple,
            choices=[(code, language_name(code)) for code in offered(languages)],
            help_text=_("You write every text in each of these languages. What is not translated yet is listed."),
        )

    @property
    def chosen(self) -> list[str]:
        """Languages in the order in which they are offered."""
        return [code for code, _name in self.fields["languages"].choices if code in self.cleaned_data["languages"]]  # type: ignore[attr-defined]


def offered(languages: Sequence[str]) -> list[str]:
    """The languages of the installation, and those that the document has besides."""
    return list(dict.fromkeys([*(code for code, _name in settings.LANGUAGES), *languages]))


class NewForm(TitleForm):
    """A new questionnaire: its title, its languages, and scales to begin with."""

    def __init__(self, *args: Any, scales: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scales"] = forms.MultipleChoiceField(
            label=_("Scales to begin with"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=scales,
            help_text=_("You can add scales and questions of your own afterwards."),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not any(self.texts("title").values()):
            self.add_error(f"title_{self.languages[0]}", _("Give it a title."))
        return given


class SectionForm(WordedForm):
    """Title and introduction of a section."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_words("title", _("Title of the section"), longest=120, help_text=_("May stay empty."))
        self.add_words("text", _("Introduction"), lines=3, help_text=_("People read it before the first question."))

    @staticmethod
    def first(document: Document, number: int) -> dict[str, str]:
        """First values from a section."""
        section = document["sections"][number]
        return words_of("title", section.get("title", {})) | words_of("text", section.get("text", {}))
