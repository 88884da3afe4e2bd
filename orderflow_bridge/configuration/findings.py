"""What a connection test finds, as its page shows it: a step each, and a verdict."""

import json
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from orderflow_bridge.client import Finding, State, Step
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.worded import shown

STREAM = "application/x-ndjson"
STEPS = {
    Step.SETTINGS: gettext_lazy("Settings"),
    Step.NAME: gettext_lazy("Server name"),
    Step.LINE: gettext_lazy("Connection"),
    Step.TLS: gettext_lazy("Encryption (TLS)"),
    Step.API: gettext_lazy("OrderFlow's API"),
    Step.LOGIN: gettext_lazy("Login"),
    Step.ORGANISATION: gettext_lazy("Organisation"),
    Step.CHANNEL: gettext_lazy("Channel"),
}
_STATES = {
    State.PASSED: gettext_lazy("Passed"),
    State.FAILED: gettext_lazy("Failed"),
    State.SKIPPED: gettext_lazy("Skipped"),
}
_TONES = {State.PASSED: "success", State.FAILED: "danger", State.SKIPPED: "info"}


def stream(found: Iterable[Finding]) -> StreamingHttpResponse:
    """Answer with a line of JSON per step, as it is made, and one of the verdict."""
    response = StreamingHttpResponse(_lines(found), content_type=STREAM)
    # Compressing would hold the lines back until the last one.
    response["Content-Encoding"] = "identity"
    response["X-Accel-Buffering"] = "no"
    return response


def _lines(found: Iterable[Finding]) -> Iterator[str]:
    findings = []
    for finding in found:
        findings.append(finding)
        yield json.dumps(_step(finding)) + "\n"
    yield json.dumps(verdict(findings)) + "\n"


def steps(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Return all steps in order, those that were not come to as such."""
    known = {finding.step: _step(finding) for finding in findings}
    untried = {"state": _("Not tried"), "tone": "", "text": ""}
    return [
        known.get(step, {"step": step.value, "title": _title(step), **untried}) for step in Step
    ]


def _step(finding: Finding) -> dict[str, str]:
    return {
        "step": finding.step.value,
        "title": _title(finding.step),
        "state": str(_STATES[finding.state]),
        "tone": _TONES[finding.state],
        "text": shown(finding.text),
    }


def _title(step: Step) -> str:
    return str(STEPS[step])


def verdict(findings: list[Finding]) -> dict[str, str]:
    """Return the verdict in words."""
    last = findings[-1]
    if last.state is State.FAILED:
        return {
            "verdict": _("The test stopped at “%(step)s”. Nothing was saved or exported.")
            % {"step": _title(last.step)}
        }
    return {"verdict": _("The connection works: orders and products can be exported.")}
