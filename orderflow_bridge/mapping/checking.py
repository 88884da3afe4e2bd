"""Whether a row may be: told field by field, in words for the form, before it is ever used."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import TemplateRefused
from orderflow_bridge.common.sandboxed_templates import compiled
from orderflow_bridge.common.template_filters import formatted_date
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.documents.order_records import ORDER_EXTENSION
from orderflow_bridge.documents.records import camel_case
from orderflow_bridge.mapping.applying import condition
from orderflow_bridge.mapping.fields import SYSTEM, finding_on
from orderflow_bridge.mapping.rows import ANSWERED, Part, Row, Use
from orderflow_bridge.mapping.system_rows import DECLARED_KEYS, FIXED_KEYS, SYSTEM_ROWS, system_row

LONGEST_KEY = 64
LONGEST_TEXT = 1000
MOST_DECIMALS = 4
LONGEST_VALUE = 10_000
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_PATH = re.compile(r"[A-Za-z_]\w*(\.\w+)*", re.ASCII)
# Line breaks of all kinds, and what XML cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# An order's own keys have no prefix, so these would be lines of its other parts.
_OTHER_PARTS = ("delivery", "invoice", "orderline", "shipment")
_ENTER = {
    Use.FIELD: gettext_lazy("Enter a field or attribute."),
    Use.CONSTANT: gettext_lazy("Enter a constant."),
    Use.TEMPLATE: gettext_lazy("Enter a template."),
}
_EXAMPLE = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@dataclass
class Verdict:
    """What is wrong with a row: errors by field; doubts are about data that may come later."""

    errors: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def add_error(self, name: str, text: str) -> None:
        """Add an error; the first one of a field is told."""
        self.errors.setdefault(name, text)


def check_row(row: Row, *, others: Collection[str] = (), is_of_website: bool = False) -> Verdict:
    """Judge a row. `others` are the further keys of its part. Takes few statements, for attributes
    and rarer fields only.
    """
    verdict = Verdict()
    _check_key(verdict, row, others)
    if row.use is Use.SYSTEM and not system_row(row.part, row.key) and not is_of_website:
        verdict.add_error(
            "use",
            _("Nothing is sent under %(key)s by the system: choose a value.") % {"key": row.key},
        )
    if row.use in (Use.FIELD, Use.CONSTANT, Use.TEMPLATE):
        _check_value(verdict, row)
    for name in ("value", "default", "yes", "no", "date", "when"):
        _check_text(verdict, name, getattr(row, name))
    _check_format(verdict, row)
    if row.when:
        _check_condition(verdict, row)
    if row.in_answers and (row.part not in ANSWERED or row.use is Use.OFF):
        verdict.add_error("in_answers", _("This value cannot be added to fetched answers."))
    elif row.in_answers and row.part is not Part.PRODUCT and _is_declared(row.key):
        verdict.add_error(
            "in_answers", _("Fetched orders have a %(key)s of their own.") % {"key": row.key}
        )
    return verdict


def _is_declared(key: str) -> bool:
    return key in {name for each in ORDER_EXTENSION.fields for name in (each, camel_case(each))}


def cleaned(row: Row) -> Row:
    """Return a row without what its kind of value does not use."""
    if row.use is Use.OFF:
        return replace(Row(row.part, row.key, Use.OFF), when=row.when)
    return replace(row, value="") if row.use is Use.SYSTEM else row


def _check_key(verdict: Verdict, row: Row, others: Collection[str]) -> None:
    key, part = row.key, row.part
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        verdict.add_error(
            "key",
            _("A key is a letter and then letters, digits and underscores, at most %(count)s.")
            % {"count": LONGEST_KEY},
        )
        return
    if key.lower() in {each.lower() for each in FIXED_KEYS[part]}:
        verdict.add_error(
            "key", _("%(key)s is fixed: despatches and stock come back under it.") % {"key": key}
        )
    known = {*DECLARED_KEYS[part], *(each.key for each in SYSTEM_ROWS[part]), *others}
    twins = sorted(each for each in known if each.lower() == key.lower() and each != key)
    if twins:
        verdict.add_error("key", _("There is already a key %(key)s.") % {"key": twins[0]})
    if part is Part.ORDER and key.lower().startswith(_OTHER_PARTS):
        verdict.add_error(
            "key",
            _(
                "Keys of an order do not begin with delivery, invoice, orderLine or shipment: those"
                " are lines of its addresses, products and shipment."
            ),
        )


def _check_value(verdict: Verdict, row: Row) -> None:
    if not row.value.strip():
        verdict.add_error("value", _ENTER[row.use])
    elif row.use is Use.FIELD and not _PATH.fullmatch(row.value):
        verdict.add_error("value", _("A field is a name and its members, such as product.name."))
    elif row.use is Use.FIELD:
        _check_paths(verdict, "value", row.part, [row.value])
    elif row.use is Use.TEMPLATE:
        try:
            names = compiled(row.value).names
        except TemplateRefused as error:
            verdict.add_error("value", str(error))
        else:
            _check_paths(verdict, "value", row.part, names)


def _check_condition(verdict: Verdict, row: Row) -> None:
    try:
        names = condition(row.when).names
    except TemplateRefused as error:
        verdict.add_error("when", str(error))
    else:
        _check_paths(verdict, "when", row.part, names)


def _check_paths(verdict: Verdict, name: str, part: Part, paths: Iterable[str]) -> None:
    for path in sorted(paths):
        if path.partition(".")[0] == SYSTEM and not path.endswith(_system_keys(part)):
            verdict.add_error(name, _("There is no system value “%(path)s”.") % {"path": path})
        finding = finding_on(part, path)
        if finding is not None and finding.is_doubt:
            verdict.doubts.append(finding.text)
        elif finding is not None:
            verdict.add_error(name, finding.text)


def _system_keys(part: Part) -> tuple[str, ...]:
    keys = (*DECLARED_KEYS[part], *(row.key for row in SYSTEM_ROWS[part]))
    return tuple(f"{SYSTEM}.{key}" for key in keys)


def _check_text(verdict: Verdict, name: str, text: str) -> None:
    if _UNPRINTABLE.search(text):
        verdict.add_error(name, _("Line breaks and control characters are not sent: use one line."))
    if len(text) > LONGEST_TEXT:
        verdict.add_error(name, _("At most %(count)s characters.") % {"count": LONGEST_TEXT})


def _check_format(verdict: Verdict, row: Row) -> None:
    if row.decimals is not None and not 0 <= row.decimals <= MOST_DECIMALS:
        verdict.add_error("decimals", _("Between 0 and %(count)s.") % {"count": MOST_DECIMALS})
    if row.length is not None and not 1 <= row.length <= LONGEST_VALUE:
        verdict.add_error("length", _("Between 1 and %(count)s.") % {"count": LONGEST_VALUE})
    if row.date:
        try:
            formatted_date(_EXAMPLE, row.date)
        except ValueError as error:
            text, example = str(error), _("An example:")
            verdict.add_error("date", f"{text[:1].upper()}{text[1:]}. {example} %d.%m.%Y")
