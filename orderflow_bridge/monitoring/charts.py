"""Charts as drawings of the server's own (SVG), each with the table that it was drawn from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.jobs.statistics.models import QuarterHour

HEIGHT = 100
STEP = 12
HOURS = 24
DAYS = 14


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in the drawing's units."""

    tone: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One span of time: its name, the figures of the series, in words too, and their drawing."""

    name: str
    title: str
    values: Sequence[int]
    x: int
    parts: Sequence[Part]


@dataclass(frozen=True)
class Chart:
    """A chart of stacked bars. `series` are name and tone, from the foot of the bars to the top;
    `most` says which bar is the highest.
    """

    slug: str
    title: str
    most: str
    series: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    url: str = ""

    @property
    def width(self) -> int:
        """The drawing's width."""
        return len(self.bars) * STEP

    @property
    def last_name(self) -> str:
        """The name of the last bar."""
        return self.bars[-1].name

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(any(bar.values) for bar in self.bars)

    @property
    def summary(self) -> str:
        """The chart in a sentence, for whoever cannot see it."""
        totals = [sum(bar.values[place] for bar in self.bars) for place in range(len(self.series))]
        peak = max(self.bars, key=lambda bar: sum(bar.values))
        values = {"figures": _figures(totals, self.series, _(" and ")), "bar": peak.title}
        text = _("In all %(figures)s") % values
        return f"{text}; {self.most % values}."


def chart(
    slug: str,
    title: str,
    most: str,
    series: Sequence[tuple[str, str]],
    rows: Iterable[tuple[str, Sequence[int]]],
    url: str = "",
) -> Chart:
    """Draw rows of a name and a value for each series."""
    rows = list(rows)
    highest = max((sum(values) for _name, values in rows), default=0) or 1
    bars = [
        Bar(
            name,
            _title(name, values, series),
            values,
            place * STEP,
            _parts(values, series, highest),
        )
        for place, (name, values) in enumerate(rows)
    ]
    return Chart(slug, title, most, series, bars, url)


def lines_per_hour(
    rows: Iterable[QuarterHour], kind: RequestType, now: datetime, url: str = ""
) -> Chart:
    """Draw how many lines of exports or imports succeeded and failed in each of the last hours."""
    sums: defaultdict[datetime, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row.type == kind:
            hour = _hour(row.begins_at)
            sums[hour][0] += row.successes + row.duplicates + row.superseded
            sums[hour][1] += row.failures
    last = _hour(now)
    hours = [last - timedelta(hours=ago) for ago in reversed(range(HOURS))]
    is_import = kind == RequestType.IMPORT
    return chart(
        "import-lines" if is_import else "export-lines",
        _("Import lines per hour") if is_import else _("Export lines per hour"),
        _("most in an hour: %(bar)s"),
        ((_("Done"), "success"), (_("Failed"), "danger")),
        [(date_format(timezone.localtime(hour), "D H:i"), sums[hour]) for hour in hours],
        url,
    )


def pushes_per_day(rows: Iterable[QuarterHour], now: datetime, url: str = "") -> Chart:
    """Draw how many stock messages were applied on each of the last days of the shop."""
    sums: defaultdict[date, int] = defaultdict(int)
    for row in rows:
        if (row.type, row.entity) == (RequestType.IMPORT, Entity.INVENTORY):
            sums[timezone.localtime(row.begins_at).date()] += row.reports
    today = timezone.localtime(now).date()
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return chart(
        "stock-pushes",
        _("Stock pushes per day"),
        _("most on a day: %(bar)s"),
        ((_("Messages"), "success"),),
        [(date_format(day, "D d M"), [sums[day]]) for day in days],
        url,
    )


def _title(name: str, values: Sequence[int], series: Sequence[tuple[str, str]]) -> str:
    return f"{name}: {_figures(values, series, ', ')}"


def _figures(values: Sequence[int], series: Sequence[tuple[str, str]], by: str) -> str:
    """Return each value with what it counts."""
    pairs = zip(values, series, strict=True)
    return by.join(f"{number_text(value)} {_lower(name)}" for value, (name, _tone) in pairs)


def _lower(name: str) -> str:
    """Return a name as it stands within a sentence; nouns of German keep their capitals."""
    return name if get_language() == "de" else name.lower()


def _hour(at: datetime) -> datetime:
    """Return when the hour began that the shop's clock shows then, in UTC, which has no jumps."""
    local = timezone.localtime(at)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at.astimezone(UTC) - past


def _parts(values: Sequence[int], series: Sequence[tuple[str, str]], most: int) -> list[Part]:
    """Stack the values of a bar from the foot; what is not 0 can be seen, however small."""
    parts, foot = [], float(HEIGHT)
    for value, (_name, tone) in zip(values, series, strict=True):
        if value:
            height = max(value / most * HEIGHT, 1.5)
            foot = max(foot - height, 0.0)
            parts.append(Part(tone, round(foot, 2), round(height, 2)))
    return parts
