"""The figures for Prometheus. Each scrape asks the database: all processes answer alike."""

import platform
from collections.abc import Iterator
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from orderflow_bridge.common import clock
from orderflow_bridge.monitoring.selectors import import_lines, last_runs, waiting
from orderflow_bridge.monitoring.traffic import traffic
from orderflow_bridge.plugins.hooks import loaded_plugins
from orderflow_bridge.plugins.models import HookUse
from orderflow_bridge.problems.kinds import Severity
from orderflow_bridge.problems.selectors import open_counts
from orderflow_bridge.version import VERSION, commit

WINDOW = timedelta(hours=24)


class BridgeCollector(Collector):
    """Read the figures at the moment of the scrape."""

    def collect(self) -> Iterator[Metric]:
        """Yield one family of figures after the other."""
        yield _build_info()
        yield from _queues()
        yield _import_lines()
        yield _last_runs()
        yield _problems()
        yield from traffic(clock.now() - WINDOW)
        if loaded_plugins():
            yield from _plugins()


def render_metrics() -> bytes:
    """Return the text for one scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(BridgeCollector())
    return generate_latest(registry)


def _build_info() -> Metric:
    info = GaugeMetricFamily(
        "bridge_build_info", "What runs", labels=("version", "commit", "python")
    )
    info.add_metric((VERSION, commit(), platform.python_version()), 1)
    return info


def _queues() -> Iterator[Metric]:
    labels = ("type", "entity")
    depth = GaugeMetricFamily(
        "bridge_requests_waiting", "Requests not processed yet", labels=labels
    )
    age = GaugeMetricFamily(
        "bridge_oldest_request_seconds", "Age of the oldest unprocessed request", labels=labels
    )
    now = clock.now()
    for queue in waiting():
        names = (queue.type.label.lower(), queue.entity.label.lower())
        depth.add_metric(names, queue.count)
        age.add_metric(names, (now - queue.oldest).total_seconds())
    yield depth
    yield age


def _import_lines() -> Metric:
    # A gauge over a window, not a counter: log cleaning would make a counter fall.
    lines = GaugeMetricFamily(
        "bridge_import_lines_24h", "Import lines of the last 24 hours", labels=("entity", "result")
    )
    for (entity, result), total in import_lines(clock.now() - WINDOW).items():
        lines.add_metric((entity.label.lower(), result.label.lower()), total)
    return lines


def _last_runs() -> Metric:
    runs = GaugeMetricFamily(
        "bridge_job_last_run_timestamp_seconds",
        "When a job last ended with this status",
        labels=("job", "status"),
    )
    for job, status, last in last_runs():
        runs.add_metric((job, status), last.timestamp())
    return runs


def _problems() -> Metric:
    found = GaugeMetricFamily(
        "bridge_problems_open", "Open problems, snoozed ones too", labels=("kind", "severity")
    )
    for kind, severity, count in open_counts():
        found.add_metric((kind, Severity(severity).name.lower()), count)
    return found


def _plugins() -> Iterator[Metric]:
    """Yield what plugins' hooks cost since they were first called."""
    labels = ("plugin", "hook")
    calls = SummaryMetricFamily(
        "bridge_plugin_hook_seconds", "Calls of plugins' hooks, and their time", labels=labels
    )
    failures = CounterMetricFamily(
        "bridge_plugin_hook_failures", "Calls of plugins' hooks that raised", labels=labels
    )
    for use in HookUse.objects.all():
        calls.add_metric((use.plugin, use.hook), use.calls, use.seconds)
        failures.add_metric((use.plugin, use.hook), use.failures)
    yield calls
    yield failures
