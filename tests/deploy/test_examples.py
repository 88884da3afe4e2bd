"""The examples of deploy/ fit the bridge that is checked out, and the programs that read them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.test import Client
from django.utils import timezone

from exports.models import EndpointState
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.version import VERSION
from tests.factories import make_request

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SERVICES = sorted(DEPLOY.glob("systemd/*.service"))
KUBERNETES = DEPLOY / "kubernetes" / "orderflow-bridge.yaml"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = DEPLOY / "grafana" / "orderflow-bridge.json"
METRIC = re.compile(r"\bbridge_\w+")


def objects() -> list[dict]:
    """Return the objects of the Kubernetes example."""
    return list(yaml.safe_load_all(KUBERNETES.read_text()))


def containers() -> dict[str, dict]:
    """Return its containers by name."""
    pods = [
        each["spec"]["template"]["spec"] for each in objects() if "template" in each.get("spec", {})
    ]
    return {each["name"]: each for pod in pods for each in pod["containers"]}


def compose() -> dict[str, dict]:
    """Return the services of docker-compose.yml."""
    return yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())["services"]


def words(command: str | list[str]) -> list[str]:
    """Return a command as its words, whichever way it is written."""
    text = command if isinstance(command, str) else " ".join(command)
    return re.sub(r"\$\{\w+:-(\w+)\}", r"\1", text).split()


def run(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a program that checks a file; skip where it is not installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def metric_names() -> set[str]:
    """Return the names of what /metrics tells of a shop in which there is something of each."""
    now = timezone.now()
    make_request(entity=Entity.INVENTORY)
    make_request(entity=Entity.INVENTORY, processed_at=now)
    EndpointState.objects.create(endpoint="http://orderflow.example", opened_at=now)
    RefusedCall.objects.create(
        hour=now,
        reason="no_login",
        endpoint="soap",
        count=3,
        recent_from=now,
        first_at=now,
        last_at=now,
    )
    JobRun.objects.create(
        job="orderflow_log_cleaner",
        status="success",
        scheduled_for=now,
        created_at=now,
        finished_at=now,
    )
    text = Client().get("/metrics").content.decode()
    return set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE)) | set(
        re.findall(r"^(bridge_\w+)", text, re.MULTILINE)
    )


@pytest.mark.django_db
def test_alerts_and_dashboard_ask_for_metrics_that_there_are() -> None:
    asked = set(METRIC.findall(ALERTS.read_text() + DASHBOARD.read_text()))

    assert asked - metric_names() == set()


@pytest.mark.django_db
def test_what_went_in_and_out_is_told() -> None:
    names = metric_names()

    assert {
        "bridge_messages_received_24h",
        "bridge_apply_lag_seconds_24h_bucket",
        "bridge_calls_refused_24h",
        "bridge_endpoint_left_alone",
        "bridge_outbox_waiting",
        "bridge_orders_held",
        "bridge_exchange_paused",
    } <= names


def test_prometheus_takes_the_alert_rules() -> None:
    checked = run("promtool", "check", "rules", ALERTS)

    assert checked.returncode == 0, checked.stderr


def test_every_panel_of_the_dashboard_has_its_place_and_its_question() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]

    assert len(set(places)) == len(places) == len({p["id"] for p in panels})
    assert all(target["expr"] for p in panels for target in p["targets"])
    assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in panels)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_systemd_takes_each_unit(unit: Path, tmp_path: Path) -> None:
    # It looks for the program; here /bin/true stands for it.
    text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text())
    text = re.sub(r"^(Requires|After|Wants)=.*$", "", text, flags=re.MULTILINE)
    (tmp_path / unit.name).write_text(text)

    checked = run("systemd-analyze", "verify", tmp_path / unit.name)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_nginx_takes_the_site(tmp_path: Path) -> None:
    site = (DEPLOY / "nginx" / "orderflow-bridge.conf").read_text()
    site = re.sub(r"^\s*ssl_certificate.*$", "", site, flags=re.MULTILINE).replace(
        "443 ssl", "8443"
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}"
        f" http {{ access_log off;\n{site}\n}}"
    )

    checked = run("nginx", "-t", "-c", tmp_path / "nginx.conf", "-e", tmp_path / "log")

    assert checked.returncode == 0, checked.stderr


def test_each_way_starts_the_same_programs() -> None:
    here, there = compose(), containers()
    units = {unit.stem.rpartition("-")[2]: unit.read_text() for unit in SERVICES}

    for role in ("worker", "beat"):
        command = words(here[role]["command"])
        assert words(there[role]["command"]) == command
        assert f"ExecStart=/opt/orderflow-bridge/bin/{' '.join(command)}\n" in units[role]
    assert words(there["prepare"]["command"]) == words(here["migrate"]["command"])
    image = (DEPLOY.parent / "Dockerfile").read_text()
    [start] = re.findall(r'^CMD \["gunicorn", "-c", "(.+)"\]$', image, re.MULTILINE)
    assert f"bin/gunicorn -c {start}\n" in units["web"]
    assert "command" not in there["web"]


def test_kubernetes_names_this_version_and_one_environment() -> None:
    assert {each["image"] for each in containers().values()} == {f"orderflow-bridge:{VERSION}"}
    assert all(
        each["envFrom"] == containers()["web"]["envFrom"]
        and each["securityContext"]["readOnlyRootFilesystem"]
        for each in containers().values()
    )


def test_the_examples_set_only_variables_that_are_explained() -> None:
    explained = (DEPLOY.parent / "docs" / "production.md").read_text()
    texts = "".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file())
    named = set(re.findall(r"\b(BRIDGE_[A-Z_]+|DATABASE_URL|REDIS_URL)\b", texts))

    assert {name for name in named if f"`{name}`" not in explained} == set()
