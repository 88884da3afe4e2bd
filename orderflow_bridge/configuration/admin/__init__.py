"""The pages of the configuration. Sections that higher rooms add to are registered anew there."""

from django.contrib import admin

from orderflow_bridge.configuration.admin.api_settings import ApiSettingsAdmin
from orderflow_bridge.configuration.admin.sections import SectionAdmin
from orderflow_bridge.configuration.models import PAGES
from orderflow_bridge.configuration.sections import Api

for _section, _page in PAGES.items():
    admin.site.register(_page, ApiSettingsAdmin if _section is Api else SectionAdmin)
