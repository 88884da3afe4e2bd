"""API Settings, with "Test Connection"."""

import json
from collections.abc import Iterable, Iterator

from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path

from orderflow_bridge.client import Finding, State, Step
from orderflow_bridge.configuration.admin.sections import SectionAdmin, scope_of
from orderflow_bridge.configuration.connection import try_connection

STREAM = "application/x-ndjson"
WORKS = "The connection works: orders and products can be exported."
_TONES = {State.PASSED: "success", State.FAILED: "danger", State.SKIPPED: "info"}


class ApiSettingsAdmin(SectionAdmin):
    """The section's page, with a test of what stands in its form."""

    tools_template = "admin/configuration/connection.html"

    def tool_urls(self) -> list[URLPattern]:
        """Add the test."""
        view = self.admin_site.admin_view(self.test_view)
        return [path("test/", view, name=self.url_name("test"))]

    def test_view(self, request: HttpRequest) -> HttpResponseBase:
        """Test the connection with the form's values (POST); nothing is saved.

        Whoever accepts a stream gets a line of JSON per step, as it is made; anybody else the page
        again, with all steps.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        website = scope_of(request)
        form = self.section_form(website, request.POST)
        found = try_connection(form, by=request.user.get_username())
        if request.accepts(STREAM) and not request.accepts("text/html"):
            return _stream(found)
        findings = list(found)
        return self.page(request, form, website, {"test": _steps(findings), **_verdict(findings)})

    def page(self, request, form, website, extra=None) -> HttpResponse:  # type: ignore[no-untyped-def]
        """Show the form; the steps of the test are listed, if only as not tried yet."""
        return super().page(request, form, website, {"test": _steps([]), **(extra or {})})


def _stream(found: Iterable[Finding]) -> StreamingHttpResponse:
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
    yield json.dumps(_verdict(findings)) + "\n"


def _steps(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Return all steps in order, those that were not come to as such."""
    known = {finding.step: _step(finding) for finding in findings}
    return [
        known.get(step, {"step": step.value, "state": "Not tried", "tone": "", "text": ""})
        for step in Step
    ]


def _step(finding: Finding) -> dict[str, str]:
    return {
        "step": finding.step.value,
        "state": finding.state.value.capitalize(),
        "tone": _TONES[finding.state],
        "text": finding.text,
    }


def _verdict(findings: list[Finding]) -> dict[str, str]:
    last = findings[-1]
    if last.state is State.FAILED:
        return {"verdict": f"The test stopped at “{last.step}”. Nothing was saved or exported."}
    return {"verdict": WORKS}
