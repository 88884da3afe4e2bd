"""All families of cases, and how many of them are as Magento's: `make count-cases`.

What it prints stands in docs/contract/rest.md; a test compares the two.
"""

import importlib
import pkgutil
from pathlib import Path

import tests.restapi.cases
from tests.restapi.cases.case import Case, Family

PAGE = Path(__file__).parents[3] / "docs" / "contract" / "rest.md"
BEGIN, END = "<!-- cases -->", "<!-- /cases -->"
_APART = {"case", "families"}


def families() -> list[Family]:
    """Return all families, by the names of their files."""
    names = sorted(module.name for module in pkgutil.iter_modules(tests.restapi.cases.__path__))
    return [
        importlib.import_module(f"tests.restapi.cases.{name}").FAMILY
        for name in names
        if name not in _APART
    ]


def all_cases() -> list[Case]:
    """Return the cases of all families."""
    return [case for family in families() for case in family.cases]


def counted() -> str:
    """Return the line that tells how many cases there are, and which share is as Magento's."""
    cases = all_cases()
    otherwise = [case for case in cases if case.differs]
    share = 100 * (len(cases) - len(otherwise)) / len(cases)
    return (
        f"{len(cases)} cases in {len(families())} families; {len(cases) - len(otherwise)}"
        f" ({share:.1f} %) are as Magento's, {len(otherwise)} are not:"
    )


def told() -> list[str]:
    """Return a line for each case that is otherwise, with the reason."""
    return [
        f"- `{case.method} {case.path}` ({case.name}): {case.differs}"
        for case in all_cases()
        if case.differs
    ]


def written() -> str:
    """Return what the page says of the cases."""
    _, _, rest = PAGE.read_text().partition(BEGIN)
    return rest.partition(END)[0].strip()


def write() -> str:
    """Write down on the page what there is to say of the cases now; return it."""
    text = "\n".join([counted(), "", *told()])
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}")
    return text
