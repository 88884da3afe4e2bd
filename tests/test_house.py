"""The rules of the house (docs/architecture.md): floors, endpoints, sizes, names."""

import ast
import re
import subprocess
import sys
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300
ROOMS = ("orderflow_bridge", "exports", "imports", "soapapi")
MANDATED = {
    "manage.py", "orderflow_bridge", "exports", "imports", "soapapi", "templates", "tests",
    "pyproject.toml", "docker-compose.yml", "README.md",
}  # fmt: skip
ADDED = {
    ".ci", ".dockerignore", ".editorconfig", ".env.example", ".gitattributes", ".github",
    ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile",
    "LICENSE", "Makefile", "SECURITY.md", "benchmarks", "deploy", "docs", "mkdocs.yml",
    "requirements-dev.lock", "requirements-extras.lock", "requirements.lock",
}  # fmt: skip
NAMELESS = {"utils", "util", "helpers", "helper", "base", "misc", "managers"}
LOCKS = ("requirements.lock", "requirements-extras.lock", "requirements-dev.lock")


def sources(*folders, suffix=".py"):
    """Return our files below these folders, without migrations."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob(f"*{suffix}")
        if "migrations" not in path.parts
    )


def house():
    """Return every Python file of ours."""
    return sources(*ROOMS, "tests", "benchmarks")


def short(path):
    """Return a path as one would name it."""
    return str(path.relative_to(ROOT))


@cache
def parsed(path):
    """Return a file's syntax tree."""
    return ast.parse(path.read_text())


@cache
def imported(path):
    """Return the top-level packages a file imports."""
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_every_room_imports_only_from_the_floors_below_it():
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"

    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("package", "rooms"),
    [
        ("spyne", r"soapapi/"),
        ("rest_framework", r"orderflow_bridge/restapi/|.*/api\.py"),
        ("celery", r".*/tasks\.py|orderflow_bridge/celery\.py"),
        (
            "requests",
            r"orderflow_bridge/(client/|sandbox/bridge_client\.py|outbox/webhooks/sending\.py)",
        ),
        ("oauthlib", r"orderflow_bridge/access/integrations/"),
        ("gunicorn", r"orderflow_bridge/http/(gunicorn_config|web_worker)\.py"),
        ("prometheus_client", r"orderflow_bridge/monitoring/"),
        ("pluggy", r"orderflow_bridge/plugins/"),
        ("storages", r"orderflow_bridge/common/bucket\.py"),
        ("botocore", r"orderflow_bridge/common/bucket\.py"),
        ("opentelemetry", r"orderflow_bridge/tracing/telemetry\.py"),
        ("openpyxl", r"orderflow_bridge/common/excel\.py"),
        ("jinja2", r"orderflow_bridge/common/(sandboxed_templates|template_filters)\.py"),
    ],
)
def test_a_package_is_imported_in_one_place(package, rooms):
    users = [short(path) for path in sources(*ROOMS) if package in imported(path)]

    assert [user for user in users if not re.match(rooms, user)] == []


def test_no_function_hides_an_import():
    hidden = [
        f"{short(path)}:{inner.lineno}"
        for path in sources(*ROOMS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_files_stay_small():
    pages = [path for suffix in (".html", ".js", ".css") for path in sources(*ROOMS, suffix=suffix)]
    long = {
        short(path): lines
        for path in [*house(), *pages, *sources("templates", suffix=".html")]
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }

    assert long == {}


def test_every_file_says_what_it_is_for():
    silent = [
        short(path) for path in house() if parsed(path).body and not ast.get_docstring(parsed(path))
    ]

    assert silent == []


def test_every_file_has_a_name_that_says_what_is_in_it():
    assert [short(path) for path in house() if path.stem in NAMELESS] == []


def test_only_agreed_names_stand_at_the_top():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout: what is ours cannot be told from what lies about")

    tops = {line.split("/")[0] for line in done.stdout.splitlines()}

    assert tops - MANDATED - ADDED == set()


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    output = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_pins_by_hash_and_names_no_host(lock):
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|^--|\bfile:", text, re.MULTILINE)


def test_all_locks_agree():
    pinned = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in LOCKS
    ]

    for fewer, more in pairwise(pinned):
        assert {name: more.get(name) for name in fewer} == fewer


def test_every_environment_variable_is_explained():
    text = "".join(path.read_text() for path in sources(*ROOMS))
    names = set(re.findall(r"\"(BRIDGE_[A-Z_]+|DATABASE_URL|REDIS_URL|EMAIL_URL)\"", text))

    for page in (".env.example", "docs/production.md"):
        explained = (ROOT / page).read_text()
        assert {name for name in names if name not in explained} == set(), page


def test_every_page_of_docs_that_is_cited_is_there_with_the_section_it_is_cited_for():
    lost = []
    for path in [*sources(*ROOMS, "tests", "benchmarks"), *sources(".ci", "docs", suffix=".md")]:
        text = re.sub(r"\n[ #]*", " ", path.read_text())
        for page, section in re.findall(r'(docs/[\w/-]+\.md)(?:, "([^"]+)")?', text):
            cited = ROOT / page
            lines = cited.read_text().splitlines() if cited.exists() else []
            titles = [line.lstrip("# ") for line in lines if line.startswith("#")]
            if not any(title.startswith(section) for title in titles):
                lost.append(f"{short(path)}: {page} {section}")

    assert lost == []


def test_every_file_that_the_pages_name_is_there():
    roots = [ROOT, *(ROOT / room for room in (*ROOMS, "tests", "docs"))]
    lost = [
        f"{short(page)}: {name}"
        for page in [*ROOT.glob("*.md"), *sources("docs", "benchmarks", suffix=".md")]
        for name in re.findall(
            r"`([\w.-][\w./-]*/[\w.-]+\.(?:py|html|txt|js|css))`", page.read_text()
        )
        if not any((root / name).exists() or list(root.glob(f"*/{name}")) for root in roots)
    ]

    assert lost == []
