"""Stores → Configuration → Product Export: uploading the Default Image."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.picture_files import keep, read_picture, uploaded, url_of
from orderflow_bridge.catalog.refusals import picture_text
from orderflow_bridge.common.exceptions import PictureRefused
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.admin import SectionAdmin, scope_of
from orderflow_bridge.configuration.models import PAGES
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import lock_configuration, write_settings
from orderflow_bridge.console.form_versions import REFUSED_BUTTON

_SETTING = "placeholder_image"
KEPT = gettext_lazy(
    "The picture is the Default Image now, under its full address, by which OrderFlow loads it."
)


class ProductExportSettingsAdmin(SectionAdmin):
    """The section's page, with a field to upload the Default Image."""

    tools_template = "admin/configuration/default_image.html"

    def tool_urls(self) -> list[URLPattern]:
        """Add the upload."""
        view = self.admin_site.admin_view(self.upload_view)
        return [path("upload/", view, name=self.url_name("upload"))]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Keep a picture below the media folder, and make its address the scope's value (POST)."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        website = scope_of(request)
        file = request.FILES.get("picture")
        try:
            picture = read_picture(uploaded(file.name or "", file.read()) if file else {})
        except PictureRefused as refusal:
            messages.error(request, picture_text(refusal) if file else _("Choose a picture first."))
        else:
            address = request.build_absolute_uri(url_of(keep(picture)))
            by = request.user if isinstance(request.user, User) else None
            with transaction.atomic():
                lock_configuration()
                if self.section_form(website, request.POST).is_changed(_SETTING):
                    messages.error(request, REFUSED_BUTTON)
                else:
                    write_settings(ProductExport, {_SETTING: address}, website=website, by=by)
                    messages.success(request, str(KEPT))
        return HttpResponseRedirect(section_url(ProductExport, website))


admin.site.unregister(PAGES[ProductExport])
admin.site.register(PAGES[ProductExport], ProductExportSettingsAdmin)
