"""Count the house: `make figures`. Everything is counted from the source, or by tracing a run.

A journey is traced with the interpreter's own profiler, once, after a run that fills the caches:
which of our files have a function called, in which order. `tools` are those of them that know of no
message and no order, and which every journey uses. `returns` counts calls into a file that had been
left before.
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("orderflow_bridge", "exports", "imports", "soapapi")
NOT_SHIPPED = ("orderflow_bridge/sandbox/", "orderflow_bridge/demo/")
TOOLS = ("common", "tracing", "plugins", "configuration", "client", "logs.py")
SMALL = 25
CITED = re.compile(
    r"\b(?:wire|reference|decisions|performance|ecosystem|style)\.md|soap\.md §|\bissue \d"
)


class Trace:
    """The files of ours that were entered, in order, without repetitions in a row."""

    def __init__(self, passed_over: frozenset[str]) -> None:
        self.stays: list[str] = []
        self.passed_over = passed_over

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if event != "call" or not frame.f_code.co_filename.startswith(str(ROOT)):
            return
        path = os.path.relpath(frame.f_code.co_filename, ROOT)
        if path.split(os.sep)[0] not in PRODUCT:
            return
        if path in self.passed_over:
            return
        if not self.stays or self.stays[-1] != path:
            self.stays.append(path)

    @property
    def files(self) -> list[str]:
        return list(dict.fromkeys(self.stays))

    @property
    def tools(self) -> list[str]:
        return [each for each in self.files if each.split("/", 1)[1].startswith(TOOLS)]

    @property
    def returns(self) -> int:
        return len(self.stays) - len(self.files)


def middleware() -> frozenset[str]:
    """Return the files of our middleware, which is no step of a journey."""
    from django.conf import settings

    modules = {name.rpartition(".")[0].replace(".", os.sep) for name in settings.MIDDLEWARE}
    return frozenset(f"{module}.py" for module in modules)


@contextmanager
def traced(trace: Trace) -> Any:
    """Trace what runs inside."""
    sys.setprofile(trace)
    try:
        yield
    finally:
        sys.setprofile(None)


def product_files(suffix: str = ".py") -> list[Path]:
    """Return the files that are shipped."""
    return [
        path
        for room in PRODUCT
        for path in sorted((ROOT / room).rglob(f"*{suffix}"))
        if not str(path.relative_to(ROOT)).startswith(NOT_SHIPPED)
    ]


def lines_of(path: Path) -> int:
    """Return the number of lines."""
    return path.read_text().count("\n")


def counted_in_source() -> dict[str, object]:
    """Count what reading the source tells."""
    package = ROOT / "orderflow_bridge"
    rooms = [each for each in package.iterdir() if (each / "__init__.py").exists()]
    loose = [each for each in package.glob("*.py") if each.name != "__init__.py"]
    modules = [each for each in product_files() if "migrations" not in each.parts]
    own = [each for each in modules if each.name not in ("apps.py", "__init__.py")]
    trees = {each: ast.parse(each.read_text()) for each in modules}
    everything = [
        *product_files(),
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "benchmarks").rglob("*.py"),
    ]
    return {
        "rooms, with exports, imports, soapapi": len(rooms) + 3,
        "loose files in orderflow_bridge": len(loose),
        "lines shipped, without migrations": sum(map(lines_of, modules)),
        "lines of sandbox and demo": sum(
            lines_of(each) for room in NOT_SHIPPED for each in (ROOT / room).rglob("*.py")
        ),
        "modules": len(modules),
        f"modules of at most {SMALL} lines": sum(lines_of(each) <= SMALL for each in own),
        "admin columns that are methods of one statement": sum(
            map(one_statement_columns, trees.values())
        ),
        "citations of documents that are not here": sum(
            len(CITED.findall(each.read_text())) for each in everything if each != Path(__file__)
        ),
    }


def one_statement_columns(tree: ast.Module) -> int:
    """Count the functions under @admin.display that do nothing but return."""
    return sum(
        isinstance(node, ast.FunctionDef)
        and any("display" in ast.unparse(each) for each in node.decorator_list)
        and len([each for each in node.body if not _is_docstring(each)]) == 1
        for node in ast.walk(tree)
    )


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def counted_in_django() -> dict[str, object]:
    """Count what only the loaded project tells."""
    from django.apps import apps
    from django.contrib import admin
    from django.db.migrations.loader import MigrationLoader

    from orderflow_bridge.catalog.models import Product
    from orderflow_bridge.sales.models import Order

    def own_classes(model: type) -> int:
        page = type(admin.site._registry[model])
        return sum(each.__module__.split(".")[0] in PRODUCT for each in page.__mro__)

    applied = MigrationLoader(None).graph.nodes
    own_apps = {each.label for each in apps.get_app_configs() if each.name.startswith(PRODUCT)}
    sections = apps.get_app_config("configuration").get_models()
    settings_tables = {each._meta.db_table for each in sections}
    return {
        "migrations of an empty database": sum(label in own_apps for label, _ in applied),
        "own classes of the Order page": own_classes(Order),
        "own classes of the Product page": own_classes(Product),
        "tables of settings and their histories": len(settings_tables),
    }


def journeys() -> dict[str, Trace]:
    """Trace the four journeys, each in the test database."""
    from django.contrib.auth.models import User
    from django.test import Client

    from orderflow_bridge.access.services import grant_token
    from tests import factories
    from tests.soapapi import posting

    website = factories.make_website()
    store = factories.make_store(website, code="default")
    factories.make_source()
    bag = factories.make_product("24-MB01")
    bag.websites.add(website)
    boss = User.objects.create_superuser("boss", password="secret-of-the-boss")
    token = grant_token(boss)
    client = Client(headers={"authorization": f"Bearer {token}"})
    orders = [factories.make_order(store=store, items=[(bag, 2)]) for _ in range(2)]

    def soap(body: bytes) -> None:
        posting.result(posting.post(client, body))

    def stock(number: int) -> None:
        item = f"<item><sku>24-MB01</sku><qty>{number}</qty></item>"
        mark = f"<item><sku>24-MB01</sku><seq>{number}</seq></item>"
        lists = f"<productQtys>{item}</productQtys><productSeqs>{mark}</productSeqs>"
        soap(posting.stock(f"{lists}<messageSeqId>{number}</messageSeqId>"))

    def despatch(number: int) -> None:
        order = orders[number - 1].increment_id
        named = f"<orderIncrementId>{order}</orderIncrementId>"
        soap(posting.despatch(f"{named}<messageSeqId>{number}</messageSeqId>"))

    def order(number: int) -> None:
        body = {"entity": {"increment_id": f"W{number}", **order_document(store.pk, "24-MB01")}}
        answer = client.post("/rest/V1/orders", body, content_type="application/json")
        assert answer.status_code == 200, answer.content

    def job(name: str) -> Callable[[int], None]:
        from django.core.management import call_command

        def run(number: int) -> None:
            call_command("jobs", "run", name, stdout=StringIO())

        return run

    steps = {
        "a stock line, taken in": stock,
        "a stock line, applied": job("orderflow_import_inventory_update"),
        "a despatch message, taken in": despatch,
        "a despatch message, applied": job("orderflow_import_shipment_update"),
        "an order by REST": order,
    }
    found: dict[str, Trace] = {}
    passed_over = middleware()
    for number in (1, 2):
        for name, step in steps.items():
            found[name] = Trace(passed_over)
            with traced(found[name]):
                step(number)
    return found


def order_document(store_id: int, sku: str) -> dict[str, Any]:
    """Return an order as a shop posts it."""
    address = {
        "firstname": "Ann",
        "lastname": "Lee",
        "street": ["1 High St"],
        "city": "Leeds",
        "postcode": "LS1 1AA",
        "country_id": "GB",
        "telephone": "0113",
    }
    return {
        "store_id": store_id,
        "customer_email": "ann@example.com",
        "billing_address": address,
        "payment": {"method": "checkmo"},
        "items": [{"sku": sku, "qty_ordered": 1, "price": 10}],
        "extension_attributes": {"shipping_assignments": [{"shipping": {"address": address}}]},
    }


def strict_errors() -> str:
    """Return mypy's last line under --strict."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict"], cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1]


def show(rows: dict[str, object]) -> None:
    """Print rows as a table."""
    for name, value in rows.items():
        print(f"{name:<52} {value}")


def main() -> None:
    """Print all figures; `--types` adds mypy's strict errors, which takes a minute."""
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    show(counted_in_source())
    show(counted_in_django())
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        found = journeys()
    finally:
        teardown_databases(databases, verbosity=0)
    for name, trace in found.items():
        counts = f"{len(trace.files)}; {len(trace.tools)}; {trace.returns}"
        print(f"{name + ': files; tools; returns':<52} {counts}")
        if "--files" in sys.argv:
            print("    " + "\n    ".join(trace.files))
    if "--types" in sys.argv:
        show({"mypy --strict": strict_errors()})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
    django.setup()
    import_module("django.contrib.admin").autodiscover()  # which may not be imported before
    main()
