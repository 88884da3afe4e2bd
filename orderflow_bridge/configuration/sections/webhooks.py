"""What the shop's own systems are told, and where they listen."""

from dataclasses import dataclass

from orderflow_bridge.configuration.declarations import Scope, Section, setting
from orderflow_bridge.configuration.kinds import Count, ListOf, Secret, Text, YesNo
from orderflow_bridge.configuration.validators import validate_receiver

EVENTS = (
    ("order.exported", "Order exported"),
    ("shipment.created", "Shipment created"),
    ("stock.changed", "Stock changed"),
)


@dataclass(frozen=True)
class Webhooks(Section, title="Webhooks", prefix="orderflow_webhooks/settings", group="Services"):
    """Events that are posted to a shop which is not Magento."""

    is_enabled: bool = setting(
        "Enabled",
        YesNo(),
        help_text="Tell this website's own system what OrderFlow did.",
        default=False,
        scope=Scope.WEBSITE,
    )
    url: str = setting(
        "URL",
        Text(validate_receiver, max_length=500),
        help_text="Where events are posted to, for example https://shop.example/hooks.",
        default="",
        scope=Scope.WEBSITE,
    )
    secret: str = setting(
        "Secret",
        Secret(),
        help_text=(
            "What the receiver checks signatures with: a long random text, or whsec_ and base64."
        ),
        default="",
        scope=Scope.WEBSITE,
    )
    events: tuple[str, ...] = setting(
        "Events",
        ListOf(EVENTS),
        help_text="Which events are posted.",
        default=tuple(name for name, _ in EVENTS),
        scope=Scope.WEBSITE,
    )
    max_attempts: int = setting(
        "Attempts",
        Count(most=100),
        help_text=(
            "How often an event is posted before it is given up. The wait between two attempts"
            " begins with a minute and doubles each time, up to six hours."
        ),
        default=12,
        scope=Scope.WEBSITE,
    )
    timeout: int = setting(
        "Answer Time-out (seconds)",
        Count(most=60),
        help_text="How long to wait for the receiver's answer.",
        default=10,
        scope=Scope.WEBSITE,
    )
    parallel_calls: int = setting(
        "Parallel Calls",
        Count(most=32),
        help_text="How many events are posted at the same time.",
        default=4,
        scope=Scope.WEBSITE,
    )
