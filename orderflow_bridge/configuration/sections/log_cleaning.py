"""How long what has been done is remembered."""

from dataclasses import dataclass

from orderflow_bridge.configuration.declarations import Section, setting
from orderflow_bridge.configuration.kinds import Cron, OneOf, YesNo

_DAYS = [(1, "1 Day"), *((days, f"{days} Days") for days in (5, 10, 15, 20, 25, 30))]


@dataclass(frozen=True)
class LogCleaning(Section, title="Log Cleaning", prefix="orderflow_log_cleaning/settings"):
    """How long what has been done is remembered (guide, "Log Cleaning")."""

    is_enabled: bool = setting(
        "Enabled",
        YesNo(),
        help_text="Needs to be set for old log entries to be removed.",
        default=True,
    )
    cron_expression: str = setting(
        "Cron Expression",
        Cron(),
        help_text="Controls the frequency of log cleaning operations. Daily running is sufficient.",
        default="0 2 * * *",
    )
    export_duration: int = setting(
        "Export Log Duration",
        OneOf(_DAYS),
        help_text="The period for which the history of exports will be retained.",
        default=5,
    )
    import_duration: int = setting(
        "Import Log Duration",
        OneOf(_DAYS),
        help_text="The period for which the history of imports will be retained.",
        default=5,
    )
    request_duration: int = setting(
        "Request Log Duration",
        OneOf(_DAYS),
        help_text=(
            "The period for which processed requests will be retained. Requests that wait "
            "to be processed are never removed."
        ),
        default=5,
    )
    web_log_duration: int = setting(
        "Web Log Duration",
        OneOf(_DAYS),
        help_text="The period for which log files will be retained.",
        default=5,
    )
    xml_log_duration: int = setting(
        "XML Log Duration",
        OneOf(_DAYS),
        help_text="The length of time for which request and response XML will be stored.",
        default=5,
    )
