"""The forms of a condition: one comparison at a time, and the full language as text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments import conditions
from draagkracht.instruments.composer.clauses import ALWAYS, Clause, value_of
from draagkracht.instruments.composer.words import comparison_words
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.questions import IN_CONDITIONS, ONE_OF, Question


class ClauseForm(forms.Form):
    """A comparison of one question with a value that it can have."""

    # A browser would ask for a value also where none is needed: “was answered”.
    use_required_attribute = False

    def __init__(self, *args: Any, question: Question, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields["how"] = forms.ChoiceField(
            label=_("The answer"), widget=forms.RadioSelect, choices=comparison_words(question.kind)
        )
        if question.kind in (*ONE_OF, "multiple"):
            self.fields["value"] = forms.ChoiceField(
                label=_("Which answer?"),
                widget=forms.RadioSelect,
                choices=[(str(value), words) for value, words in question.choices(language)],
            )
        elif question.kind in ("number", "date", "time"):
            plain = question.kind == "number"
            attributes = {"inputmode": "decimal"} if plain else {"type": question.kind}
            self.fields["value"] = forms.CharField(
                label=_("Which number?") if plain else _("Which moment?"),
                max_length=20,
                widget=forms.TextInput(attrs=attributes),
            )
        self.fields["how"].initial = comparison_words(question.kind)[0][0]
        if "value" in self.fields and self.data.get("how") in ALWAYS:
            self.fields["value"].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        how = given.get("how", "")
        if how and how not in ALWAYS and "value" in given:
            try:
                self.value = value_of(self.question, how, given["value"])
            except ValueError:
                self.add_error("value", _("Fill in a value that this question can have."))
        return given

    @property
    def clause(self) -> Clause:
        """After `is_valid`."""
        how = self.cleaned_data["how"]
        return Clause(self.question.code, how, None if how in ALWAYS else self.value)


class TextForm(forms.Form):
    """The condition in its own language, for what clauses cannot say."""

    def __init__(self, *args: Any, known: dict[str, Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["text"] = forms.CharField(
            label=_("Condition"),
            required=False,
            max_length=conditions.grammar.LONGEST,
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
        )

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if not text:
            return ""
        try:
            tree = conditions.parse(text)
            kinds = {code: IN_CONDITIONS[one.kind] for code, one in self.known.items()}
            gives = conditions.kind_of(tree, kinds)
        except conditions.ConditionError as error:
            raise forms.ValidationError(error.told(lambda sentence: _(sentence).__str__())) from error
        if gives != "b":
            raise forms.ValidationError(_("the condition is not something that is true or false; compare with = or >="))
        return text


def question_choices(known: dict[str, Question], language: str) -> list[tuple[str, str]]:
    """(code, text) of the questions that can be looked at."""
    return [(code, in_language(one.text, language)) for code, one in known.items()]
