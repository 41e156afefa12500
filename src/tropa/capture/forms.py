"""Forms of the wizard."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.analysis.formats.text import COMMON_ENCODINGS
from tropa.analysis.formats.zones import checked_zone
from tropa.analysis.problem import InputError
from tropa.capture.actions import Chosen
from tropa.capture.fields import KEEP, SKIP, field, known, lacking
from tropa.capture.models import Import, Kind
from tropa.capture.preview import field_labels

_ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16", "cp1251": "Windows-1251", "cp866": "CP866 (DOS)",
    "koi8-r": "KOI8-R", "cp1252": "Windows-1252", "latin-1": "ISO 8859-1",
}  # fmt: skip
_TAB = "tab"
_DELIMITERS = [
    (",", gettext_lazy("запятая")),
    (";", gettext_lazy("точка с запятой")),
    (_TAB, gettext_lazy("табуляция")),
    ("|", gettext_lazy("черта |")),
]
_DECIMALS = [("", gettext_lazy("определить")), (".", gettext_lazy("точка")), (",", gettext_lazy("запятая"))]
LAYOUTS = [
    ("", gettext_lazy("определить")),
    ("dmy", gettext_lazy("день.месяц.год")),
    ("mdy", gettext_lazy("месяц/день/год")),
    ("iso", gettext_lazy("год-месяц-день")),
    ("ymd", gettext_lazy("год/месяц/день")),
    ("compact", gettext_lazy("20250314")),
    ("epoch_s", gettext_lazy("секунды с 1970 года")),
    ("epoch_ms", gettext_lazy("миллисекунды с 1970 года")),
    ("epoch_us", gettext_lazy("микросекунды с 1970 года")),
]


class UploadForm(forms.Form):
    """The first step. The file itself is streamed to the disk by its handler."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Что в файле"),
        required=False,
        choices=[("", gettext_lazy("определить по заголовкам")), *Kind.choices],
    )


class ColumnsForm(forms.Form):
    """The second step: how the file is read, and what its columns mean."""

    kind = forms.ChoiceField(label=gettext_lazy("Что в файле"), choices=Kind.choices)
    encoding = forms.ChoiceField(label=gettext_lazy("Кодировка"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Разделитель"), required=False, choices=_DELIMITERS)
    told_decimal = forms.ChoiceField(label=gettext_lazy("Дробная часть"), required=False, choices=_DECIMALS)
    date_format = forms.ChoiceField(label=gettext_lazy("Даты"), required=False, choices=LAYOUTS)
    timezone = forms.CharField(label=gettext_lazy("Часовой пояс"), max_length=64)
    constant = forms.CharField(required=False, max_length=80)

    def __init__(self, data: Any, of: Import) -> None:
        self.of = of
        options = of.options
        initial = {key: options.get(key, "") for key in ("encoding", "told_decimal", "date_format", "timezone")}
        initial |= {"kind": of.kind, "constant": options.get("constant", "")}
        initial["delimiter"] = _TAB if options.get("delimiter") == "\t" else options.get("delimiter", "")
        super().__init__(data, initial=initial)
        self.is_text = bool(options.get("encoding"))
        self.is_delimited = bool(options.get("delimiter"))
        here = options.get("encoding", "")
        names = [*COMMON_ENCODINGS, *([here] if here and here not in COMMON_ENCODINGS else [])]
        self._choices("encoding", [(name, _ENCODINGS.get(name, name)) for name in names])
        if self.is_delimited and initial["delimiter"] not in dict(_DELIMITERS):
            self._choices("delimiter", [*_DELIMITERS, (initial["delimiter"], initial["delimiter"])])
        self.fields["constant"].label = (
            _("Точка контакта для всех строк") if of.kind == Kind.TOUCHES else _("Воронка для всех строк")
        )
        for name in self.fields:
            is_list = isinstance(self.fields[name], forms.ChoiceField)
            self.fields[name].widget.attrs |= {"class": "inp", **({} if is_list else {"autocomplete": "off"})}
        self.fields["timezone"].widget.attrs |= {"list": "zones"}

    @property
    def encoding_label(self) -> str:
        name = str(self.of.options.get("encoding", ""))
        return _ENCODINGS.get(name, name)

    @property
    def is_no_workbook(self) -> bool:
        """Whether the name promises a workbook and the content is text."""
        return self.is_text and self.of.file_name.lower().removesuffix(".gz").endswith((".xlsx", ".xls"))

    @property
    def has_constant(self) -> bool:
        """Whether something is said for all rows because no column says it."""
        column = {Kind.TOUCHES: "type", Kind.DEALS: "pipeline", Kind.STAGE_HISTORY: "pipeline"}.get(Kind(self.of.kind))
        return column is not None and column not in self.of.mapping.values()

    def clean_timezone(self) -> str:
        name: str = self.cleaned_data["timezone"].strip()
        try:
            checked_zone(name)
        except InputError as error:
            raise forms.ValidationError(_("Нужно имя пояса, например Europe/Moscow")) from error
        return name

    def chosen(self, data: Mapping[str, Any]) -> Chosen:
        """What was chosen, columns by their place in the file. The form must be valid."""
        given = self.cleaned_data
        delimiter = given["delimiter"] if self.is_delimited else ""
        options = {key: given[key] for key in ("told_decimal", "date_format", "timezone", "constant")}
        options |= {"encoding": given["encoding"] if self.is_text else ""}
        options |= {"delimiter": "\t" if delimiter == _TAB else delimiter}
        allowed = known(self.of.kind) | {KEEP, SKIP}
        picked = {name: str(data.get(f"map-{place}", SKIP)) for place, name in enumerate(self.of.headers)}
        mapping = {name: key if key in allowed else SKIP for name, key in picked.items()}
        return Chosen(given["kind"], mapping, options)

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = choices


def mapping_errors(of: Import) -> list[str]:
    """Why the file cannot be checked yet, in words."""
    played = [key for key in of.mapping.values() if key not in (SKIP, KEEP)]
    errors = [
        _("Нужен столбец: %(fields)s.") % {"fields": field_labels(group)}
        if len(group) == 1
        else _("Нужен хотя бы один столбец: %(fields)s.") % {"fields": field_labels(group)}
        for group in lacking(of.kind, played)
    ]
    for key in dict.fromkeys(key for key in played if played.count(key) > 1):
        errors.append(_("Поле «%(field)s» выбрано у нескольких столбцов.") % {"field": field(of.kind, key).label})
    if of.kind == Kind.TOUCHES and "type" not in played and not of.options.get("constant"):
        errors.append(_("Выберите столбец с точкой контакта или назовите её одну для всех строк."))
    return errors
