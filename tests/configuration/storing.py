"""Write settings past the checks of a saving, as SQL or an older version could have left them."""

from typing import Any

from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.stores.models import Website


def store(section: type[Section], website: Website | None = None, **values: Any) -> None:
    """Store values of a section unchecked, for a website or for Default Config."""
    settings = {each.name: each for each in section.settings()}
    for name, value in values.items():
        SettingValue.objects.update_or_create(
            website=website,
            path=settings[name].path,
            defaults={"value": settings[name].kind.dump(value)},
        )
    forget()
