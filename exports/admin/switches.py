"""Whether exports are switched on, and what a page says is to be switched on while they are not."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exports.models import RIGHT_TO_EXPORT
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections import OrderExport, ProductExport
from orderflow_bridge.configuration.selectors import by_website
from orderflow_bridge.console.pages import Card, admin_url, link
from orderflow_bridge.stores.models import Website

_SECTIONS: Mapping[Entity, type[Section]] = {
    Entity.PRODUCT: ProductExport,
    Entity.ORDER: OrderExport,
}


_NOWHERE = {
    Entity.PRODUCT: gettext_lazy(
        "No website exports products. Switch it on in %(setting)s; then Export is offered here."
    ),
    Entity.ORDER: gettext_lazy(
        "No website exports orders. Switch it on in %(setting)s; then Export is offered here."
    ),
}
_NOT_THERE = {
    Entity.PRODUCT: gettext_lazy(
        "%(website)s does not export products. Switch it on in %(setting)s; then Export is"
        " offered here."
    ),
    Entity.ORDER: gettext_lazy(
        "%(website)s does not export orders. Switch it on in %(setting)s; then Export is"
        " offered here."
    ),
}


def is_on(entity: Entity, website_id: int | None = None) -> bool:
    """Tell whether a website exports these, or any website where none is named."""
    settings: Mapping[int, Any] = by_website(_SECTIONS[entity])
    asked = settings.values() if website_id is None else filter(None, [settings.get(website_id)])
    return any(each.is_enabled for each in asked)


def what_to_switch_on(entity: Entity, website: Website | None = None) -> Any:
    """Return the sentence; the setting is a link for whoever may open it."""
    section = _SECTIONS[entity]
    page = admin_url(f"{section.app}_{section.model_name}_changelist")
    if page and website is not None:
        page = f"{page}?website={website.code}"
    setting = _("Configuration → %(page)s → Enabled") % {"page": section.title}
    told = {
        "website": conditional_escape(website.name) if website else "",
        "setting": conditional_escape(link(setting, page)),
    }
    return SafeString((_NOWHERE if website is None else _NOT_THERE)[entity] % told)


def switched_off(entity: Entity, website: Website | None = None) -> Card:
    """Return the sentence as a card of a page."""
    return Card(_("OrderFlow Export"), [(_("Switched off"), what_to_switch_on(entity, website))])


def told_on_the_list(entity: Entity) -> Callable[[HttpRequest, Any], Mapping[str, Any]]:
    """Return what tells it above a list, to whoever might export."""

    def notice(request: HttpRequest, record: Any) -> Mapping[str, Any]:
        is_told = request.user.has_perm(RIGHT_TO_EXPORT[entity]) and not is_on(entity)
        return {"note": what_to_switch_on(entity)} if is_told else {}

    return notice
