"""Stores → Configuration → Plugins → Gift Wrap."""

from dataclasses import dataclass

from orderflow_bridge.configuration.declarations import Section, setting
from orderflow_bridge.configuration.kinds import Count, Text


@dataclass(frozen=True)
class GiftWrap(
    Section, title="Gift Wrap", prefix="gift_wrap/settings", group="Plugins", app="gift_wrap"
):
    """How much paper there is, and where it does not go."""

    units_kept_back: int = setting(
        "Units Kept Back", Count(least=0), help_text="Of each product, for wrapping.", default=0
    )
    refused_prefix: str = setting(
        "SKUs Not Exported",
        Text(),
        help_text="What begins with this is not exported.",
        default="WRAP-",
    )
