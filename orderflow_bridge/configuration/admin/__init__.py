"""The pages of the configuration. Sections that higher rooms add to are registered anew there."""

from django.contrib import admin

from orderflow_bridge.configuration.admin.api_settings import ApiSettingsAdmin
from orderflow_bridge.configuration.admin.sections import SectionAdmin
from orderflow_bridge.configuration.models import TABLES, ApiSettings

for _table in TABLES.values():
    admin.site.register(_table, ApiSettingsAdmin if _table is ApiSettings else SectionAdmin)
