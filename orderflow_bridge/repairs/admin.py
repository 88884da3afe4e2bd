"""Replay: a button on an import request's page, and a page to paste a message into."""

from difflib import unified_diff
from itertools import islice
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from imports.admin import ImportRequestAdmin
from imports.models import ImportRequest
from imports.preview_page import preview_sections
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.xml import pretty_body, raw_body
from orderflow_bridge.console.pages import Button, admin_url
from orderflow_bridge.repairs.services import preview_replay, replay

MAY_REPLAY = "imports.replay_importrequest"
LONGEST_EDITED = 200_000
MOST_DIFFERENCES = 400
SUBMITTED = gettext_lazy(
    "The message has been submitted again. Process it now, or leave it to the next import."
)
HOW = gettext_lazy(
    "The message goes through the endpoint it came by and becomes a new request. It keeps its"
    " message id and sequence ids: what has been applied before counts as a duplicate, unless you"
    " change them."
)

admin.site.unregister(ImportRequest)


class MessageForm(forms.Form):
    """A message as text."""

    message = forms.CharField(
        label=gettext_lazy("Message (SOAP or JSON)"),
        strip=False,
        widget=forms.Textarea({"rows": 18, "spellcheck": "false"}),
    )


@admin.register(ImportRequest)
class RepairedRequestAdmin(ImportRequestAdmin):
    """OrderFlow Imports → Requests, with Replay."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer above the list to submit a message that is not in it."""
        url = admin_url(self._url_name("paste")) if self.may_replay(request) else ""
        buttons = [Button(_("Submit a Message"), url, "edit_note")] if url else []
        answer = super().changelist_view(request, {"run_buttons": buttons, **(extra_context or {})})
        return cast(HttpResponse, answer)

    def get_urls(self) -> list[URLPattern]:
        """Add the two pages."""
        views = [
            path("replay/", self._wrapped(self.paste_view), name=self._url_name("paste")),
            path(
                "<path:object_id>/replay/",
                self._wrapped(self.replay_view),
                name=self._url_name("replay"),
            ),
        ]
        return [*views, *super().get_urls()]

    def buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Offer to submit a stored message again."""
        offered = super().buttons(request, record)
        if record.request_body and self.may_replay(request):
            url = admin_url(self._url_name("replay"), record.pk)
            offered.append(Button(_("Replay"), url, "restart_alt"))
        return offered

    def may_replay(self, request: HttpRequest) -> bool:
        """Tell whether the user may submit messages."""
        return bool(self.has_view_permission(request) and request.user.has_perm(MAY_REPLAY))

    def replay_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a stored message to be corrected or not (GET); preview or submit it (POST)."""
        if not self.may_replay(request):
            raise PermissionDenied
        record = self._find(request, object_id)
        if record is None:
            return self._gone(request)
        stored = bytes(record.request_body or b"")
        back = admin_url(self._url_name("change"), record.pk)
        title = _("Replay %(request)s") % {"request": self.record_title(record)}
        return self._replay(request, stored, title=title, back=back)

    def paste_view(self, request: HttpRequest) -> HttpResponse:
        """Take a message that somebody has pasted or written."""
        if not self.may_replay(request):
            raise PermissionDenied
        back = admin_url(self._url_name("changelist"))
        return self._replay(request, b"", title=_("Submit a Message"), back=back)

    def _replay(
        self, request: HttpRequest, stored: bytes, *, title: str, back: str
    ) -> HttpResponse:
        shown = edited_text(stored)
        is_whole_only = max(len(shown), len(stored)) > LONGEST_EDITED
        data = request.POST if request.method == "POST" and not is_whole_only else None
        form = MessageForm(data, initial={"message": shown})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "how": HOW,
            "form": None if is_whole_only else form,
            "length": max(len(shown), len(stored)),
            "back": back,
        }
        if request.method == "POST" and (is_whole_only or form.is_valid()):
            text = shown if is_whole_only else form.cleaned_data["message"]
            body = _body(text, shown, stored)
            if "preview" in request.POST:
                context["difference"] = difference(stored, body) if stored else None
                context["preview"] = preview_sections(preview_replay(body, http=request))
            elif new := self._submit(request, body):
                return HttpResponseRedirect(admin_url(self._url_name("change"), new))
        return TemplateResponse(request, "bridge/replay.html", context)

    def _submit(self, request: HttpRequest, body: bytes) -> int:
        """Submit the message and say so; or say why not, and return 0."""
        try:
            new = replay(body, http=request)
        except BridgeError as refusal:
            messages.error(request, str(refusal))
            return 0
        self.log_change(request, ImportRequest.objects.get(pk=new), "Replay was asked for.")
        messages.success(request, SUBMITTED)
        return new


def edited_text(stored: bytes) -> str:
    """Return a stored message as it is edited: formatted, which changes nothing but blanks."""
    return pretty_body(stored) or raw_body(stored)


def difference(stored: bytes, sent: bytes) -> list[tuple[str, str]]:
    """Return the lines that differ, "-" or "+", with those around them, of both formatted."""
    before, after = ((pretty_body(each) or raw_body(each)).splitlines() for each in (stored, sent))
    lines = unified_diff(before, after, n=2, lineterm="")
    return [(line[:1], line[1:]) for line in islice(lines, 2, MOST_DIFFERENCES)]


def _body(text: str, shown: str, stored: bytes) -> bytes:
    """Return the message's bytes: those stored, if the text is still what was shown of them.

    A form sends every line's end as CR LF, which no message depends on.
    """
    if text.replace("\r\n", "\n") == shown.replace("\r\n", "\n") and stored:
        return stored
    return text.encode()
