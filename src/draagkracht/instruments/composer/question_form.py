"""The form of an own question of any kind; `rows` makes its first values from an element."""

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments.composer import edits
from draagkracht.instruments.composer.forms import CODE, LONGEST_LINE, WordedForm, language_name
from draagkracht.instruments.composer.kinds import READ_AS_MEAN, WITH_BOUNDS, WITH_OPTIONS
from draagkracht.instruments.composer.rows import OPTION, ROW
from draagkracht.instruments.questions import FURTHEST


class QuestionForm(WordedForm):
    """One own question. `taken` are the short names of the others."""

    def __init__(
        self, *args: Any, kind: str, languages: Sequence[str], taken: set[str], totals: Mapping[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, languages=languages, **kwargs)
        self.kind, self.taken, self.totals = kind, taken, dict(totals)
        self.add_words("text", _("Text") if kind == "statement" else _("Question"), lines=3)
        self.add_words("help", _("Explanation"), lines=2, help_text=_("A line below the question. May stay empty."))
        for prefix, total in self.totals.items():
            self._add_rows(prefix, total)
        for add in (self._add_bounds, self._add_scale, self._add_longest, self._add_reading):
            add()
        self.fields["code"] = forms.CharField(
            label=_("Short name"),
            required=False,
            max_length=40,
            help_text=_(
                "Names the question in conditions and in exports. Leave it empty to have it made from the text."
            ),
            widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false", "autocomplete": "off"}),
        )

    # -- fields -------------------------------------------------------------------------------------------------------

    def _add_rows(self, prefix: str, total: int) -> None:
        for number in range(total):
            name = f"{prefix}_{number}"
            self.fields[f"{name}_key"] = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
            for language in self.languages:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=language_name(language),
                    required=False,
                    max_length=LONGEST_LINE,
                    widget=forms.TextInput(attrs={"lang": language, "spellcheck": "true"}),
                )

    def _add_bounds(self) -> None:
        if self.kind not in WITH_BOUNDS:
            return
        field = {"number": forms.FloatField, "date": forms.DateField, "time": forms.TimeField}[self.kind]
        labels = (_("Smallest"), _("Largest")) if self.kind == "number" else (_("Earliest"), _("Latest"))
        for name, label in zip(("min", "max"), labels, strict=True):
            options: dict[str, Any] = {"label": label, "required": False}
            if self.kind == "number":
                options |= {"min_value": -FURTHEST, "max_value": FURTHEST, "localize": True}
            else:
                options["widget"] = forms.TextInput(attrs={"type": self.kind})
            self.fields[name] = field(**options)
        if self.kind == "number":
            self.fields["decimals"] = forms.TypedChoiceField(
                label=_("Digits after the comma"), coerce=int, choices=[(n, str(n)) for n in range(4)]
            )
            self.add_words("unit", _("Unit"), longest=40, help_text=_("For example: hours, nights."))

    def _add_scale(self) -> None:
        if self.kind == "scale":
            self.add_words("low", _("Word at 0"), longest=60)
            self.add_words("high", _("Word at 10"), longest=60)

    def _add_longest(self) -> None:
        if self.kind == "text":
            self.fields["longest"] = forms.IntegerField(label=_("Most characters"), min_value=1, max_value=4000)

    def _add_reading(self) -> None:
        if self.kind not in READ_AS_MEAN:
            return
        self.fields["direction"] = forms.ChoiceField(
            label=_("What does a high answer mean?"),
            widget=forms.RadioSelect,
            choices=[("favourable", _("Something good")), ("unfavourable", _("Something hard"))],
            help_text=_("Pages for teams then say which way is better."),
        )
        self.fields["strain"] = forms.ChoiceField(
            label=_("Is it about complaints or health?"),
            widget=forms.RadioSelect,
            choices=[("yes", _("Yes, or I am not sure")), ("no", _("No"))],
            help_text=_(
                "If it is, figures are shown for larger groups only: from 8 answers in Belgium, from 16 in the Netherlands."
            ),
        )

    # -- what a template draws ----------------------------------------------------------------------------------------

    def in_a_row(self, name: str) -> bool:
        return any(name.startswith(f"{prefix}_") for prefix in self.totals)

    def rows(self, prefix: str) -> Iterator[dict[str, Any]]:
        for number in range(self.totals.get(prefix, 0)):
            name = f"{prefix}_{number}"
            fields = [self[f"{name}_{language}"] for language in self.languages]
            yield {"number": number, "shown": number + 1, "key": self[f"{name}_key"], "fields": fields}

    @property
    def options(self) -> list[dict[str, Any]]:
        return list(self.rows(OPTION))

    @property
    def matrix_rows(self) -> list[dict[str, Any]]:
        return list(self.rows(ROW))

    def typed(self) -> list[tuple[str, str]]:
        rows = [(prefix, row) for prefix in self.totals for row in self.rows(prefix)]
        names = {OPTION: _("Answer"), ROW: _("Row")}
        more = [
            (f"{names[prefix]} {row['shown']} · {field.label}", str(field.value()))
            for prefix, row in rows
            for field in row["fields"]
            if field.value()
        ]
        return super().typed() + more

    # -- cleaning -----------------------------------------------------------------------------------------------------

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().lower()
        if code and not CODE.fullmatch(code):
            raise forms.ValidationError(
                _("A short name begins with a letter and has only letters a to z, digits and _.")
            )
        if code in self.taken:
            raise forms.ValidationError(_("Another question has this short name already."))
        return code

    def element(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The element that was typed; what the form does not show (its condition, other languages) stays as it was."""
        given = self.cleaned_data
        made = {name: before[name] for name in ("type", "kind", "show_if") if name in before}
        made["text"] = self._merged("text", before.get("text", {}))
        spoken = next((text for text in self.texts("text").values() if text.strip()), "")
        made["code"] = given["code"] or edits.code_from(spoken, self.taken)
        self._keep(made, "help", self._merged("help", before.get("help", {})))
        if self.kind in WITH_OPTIONS:
            made["options"] = self._options(before)
        if self.kind == "matrix":
            made["rows"] = self._matrix_rows(before)
        self._keep_bounds(made, before)
        if self.kind == "scale":
            low, high = before.get("ends", ({}, {}))
            ends = [self._merged("low", low), self._merged("high", high)]
            self._keep(made, "ends", ends if any(ends) else None)
        if self.kind == "text":
            made["longest"] = given["longest"]
        if self.kind in READ_AS_MEAN:
            made |= {"direction": given["direction"], "strain": given["strain"] == "yes"}
        return made

    def _keep_bounds(self, made: dict[str, Any], before: Mapping[str, Any]) -> None:
        if self.kind not in WITH_BOUNDS:
            return
        for name in ("min", "max"):
            value = self.cleaned_data.get(name)
            if isinstance(value, float):
                self._keep(made, name, int(value) if value == int(value) else value, also_zero=True)
            elif value is not None:
                made[name] = value.isoformat()[:10] if self.kind == "date" else value.strftime("%H:%M")
        if self.kind == "number":
            self._keep(made, "decimals", self.cleaned_data["decimals"])
            self._keep(made, "unit", self._merged("unit", before.get("unit", {})))

    @staticmethod
    def _keep(made: dict[str, Any], name: str, value: Any, *, also_zero: bool = False) -> None:
        if value or (also_zero and value is not None):
            made[name] = value

    def _merged(self, name: str, before: Mapping[str, str]) -> dict[str, str]:
        return {language: text for language, text in {**before, **self.texts(name)}.items() if text.strip()}

    def _filled_rows(self, prefix: str) -> list[tuple[str, dict[str, str]]]:
        """(key, texts) of the rows in which something stands."""
        found = []
        for number in range(self.totals.get(prefix, 0)):
            texts = self.texts(f"{prefix}_{number}")
            if any(text.strip() for text in texts.values()):
                found.append((self.cleaned_data.get(f"{prefix}_{number}_key", ""), texts))
        return found

    def _options(self, before: Mapping[str, Any]) -> list[dict[str, Any]]:
        earlier = {str(one["value"]): one for one in before.get("options", ())}
        rows = self._filled_rows(OPTION)
        if self.kind in ("likert", "matrix"):
            first = before["options"][0]["value"] if before.get("options") else 1
            values = list(range(first, first + len(rows)))
        else:
            values = _values([key for key, _texts in rows], [one["value"] for one in earlier.values()])
        return [
            {"value": value, "text": _with(earlier.get(key, {}).get("text", {}), texts)}
            for value, (key, texts) in zip(values, rows, strict=True)
        ]

    def _matrix_rows(self, before: Mapping[str, Any]) -> list[dict[str, Any]]:
        earlier = {one["code"]: one for one in before.get("rows", ())}
        rows = self._filled_rows(ROW)
        used = {key for key, _texts in rows if key in earlier} | set(earlier)
        fresh = (one for one in _row_codes() if one not in used)
        return [
            {"code": key if key in earlier else next(fresh), "text": _with(earlier.get(key, {}).get("text", {}), texts)}
            for key, texts in rows
        ]


def _with(before: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in {**before, **texts}.items() if text.strip()}


def _values(keys: Sequence[str], earlier: Sequence[int]) -> list[int]:
    """Numbers of answers: those that there were keep theirs, so that conditions go on to mean the same answer."""
    known, following = {str(value) for value in earlier}, max([0, *earlier]) + 1
    values = []
    for key in keys:
        if key in known:
            known.discard(key)
            values.append(int(key))
        else:
            values.append(following)
            following += 1
    return values


def _row_codes() -> Iterator[str]:
    yield from ascii_lowercase
    for first in ascii_lowercase:
        yield from (first + second for second in ascii_lowercase)
