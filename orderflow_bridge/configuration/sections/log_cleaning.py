"""How long what has been done is remembered."""

from dataclasses import dataclass

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Section, setting
from orderflow_bridge.configuration.kinds import Cron, OneOf, YesNo

_DAYS = [
    (1, _("1 Day")),
    (5, _("5 Days")),
    (10, _("10 Days")),
    (15, _("15 Days")),
    (20, _("20 Days")),
    (25, _("25 Days")),
    (30, _("30 Days")),
]


@dataclass(frozen=True)
class LogCleaning(Section, title=_("Log Cleaning"), prefix="orderflow_log_cleaning/settings"):
    """How long what has been done is remembered (guide, "Log Cleaning")."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_("Needs to be set for old log entries to be removed."),
        default=True,
    )
    cron_expression: str = setting(
        _("Cron Expression"),
        Cron(),
        help_text=_(
            "Controls the frequency of log cleaning operations. Daily running is sufficient."
        ),
        default="0 2 * * *",
    )
    export_duration: int = setting(
        _("Export Log Duration"),
        OneOf(_DAYS),
        help_text=_("The period for which the history of exports will be retained."),
        default=5,
    )
    import_duration: int = setting(
        _("Import Log Duration"),
        OneOf(_DAYS),
        help_text=_("The period for which the history of imports will be retained."),
        default=5,
    )
    request_duration: int = setting(
        _("Request Log Duration"),
        OneOf(_DAYS),
        help_text=_(
            "The period for which processed requests will be retained. Requests that wait "
            "to be processed are never removed."
        ),
        default=5,
    )
    web_log_duration: int = setting(
        _("Web Log Duration"),
        OneOf(_DAYS),
        help_text=_("The period for which log files will be retained."),
        default=5,
    )
    xml_log_duration: int = setting(
        _("XML Log Duration"),
        OneOf(_DAYS),
        help_text=_("The length of time for which request and response XML will be stored."),
        default=5,
    )
