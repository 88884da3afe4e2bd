"""Every incident is told on the first screen and by one mail, is mended there, and ends by itself.

tests/journeys/incidents.py and own_incidents.py have a row for each. It is played through the real
addresses, by OrderFlow's stand-in, and mended on the page that its remedy leads to.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import time_machine
from django.apps import apps
from django.conf import LazySettings
from django.utils import timezone

from orderflow_bridge.access.ready_roles import OPERATOR, fill_ready_roles
from orderflow_bridge.configuration.sections import Email, ProblemReports
from orderflow_bridge.problems.kinds import KINDS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.incidents import INCIDENTS
from tests.configuration.storing import store
from tests.journeys import incoming, own_incidents
from tests.journeys.conftest import Trade
from tests.journeys.incidents import BOTH, ROWS, Row
from tests.journeys.person import plain
from tests.journeys.stage import ADMIN_EMAIL, CALM, ENDED, MINUTE, NEW, Stage
from tests.mail_server import mail_server

pytestmark = pytest.mark.one_database
NOON = timezone.now().replace(hour=12, minute=1, second=0, microsecond=0)


@pytest.fixture
def stage(trade: Trade, settings: LazySettings) -> Iterator[Stage]:
    fill_ready_roles(apps, "default")
    with mail_server() as mail, time_machine.travel(NOON) as clock, ExitStack() as closing:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        store(Email, trade.website, admin_email=ADMIN_EMAIL)
        store(ProblemReports, digest_minutes=0, base_url="https://bridge.example/")
        yield Stage(trade, mail, clock, settings, closing)


@pytest.mark.parametrize("row", [*ROWS, *own_incidents.ROWS], ids=lambda row: row.name)
def test_an_incident_is_told_is_mended_where_its_remedy_leads_and_ends_by_itself(
    stage: Stage, row: Row
) -> None:
    row.play(stage)
    stage.wait(row.takes)

    link = read_by_every_role(stage, row)
    assert stage.mails(row.says) == [NEW], "told once"
    problem = Problem.objects.get(kind=row.kind.name, resolved_at=None)

    mender = stage.people[row.by]
    if row.leads_to:
        mender.look(link)
    row.mend(stage, mender, link)
    stage.wait()

    problem.refresh_from_db()
    assert problem.resolved_at is not None, "it ends when its cause does"
    assert not stage.people[OPERATOR].need(row.says)

    stage.clock.shift(CALM)
    stage.trade.job("orderflow_watch")
    assert stage.mails(row.says) == [NEW, ENDED], "its end is told once"


def read_by_every_role(stage: Stage, row: Row) -> str:
    """Look at each role's first screen; return the address that the remedy leads to."""
    link = ""
    for role, person in stage.people.items():
        line = person.need(row.says)
        assert (line is not None) == (role in row.see), f"{role} reads {person.needs()}"
        if line is None:
            continue
        assert row.do in plain(line)
        [remedy] = line.select(".failure-remedy")
        found = [str(each["href"]) for each in remedy.select("a")]
        may_follow = bool(row.leads_to) and role in row.follow
        assert bool(found) == may_follow, f"{role} is led to {found}"
        assert ("Ask an administrator" in plain(line)) == (bool(row.leads_to) and not may_follow)
        link = found[0] if found else link
    assert link.startswith(row.leads_to)
    return link


def test_that_nothing_runs_is_read_by_everybody_and_ends_with_the_next_tick(stage: Stage) -> None:
    stage.wait()
    stage.clock.shift(4 * MINUTE)

    for role in BOTH:
        line = stage.people[role].need("Nothing is running since")
        assert line is not None
        assert "Start beat and a worker, or add the cron entry." in plain(line)

    stage.wait()
    assert not any(person.need("Nothing is running") for person in stage.people.values())
    assert stage.mails("Nothing is running") == [], "what does not run sends no mail"


def test_a_mail_server_that_is_away_is_read_on_the_screen_and_told_when_it_is_back(
    stage: Stage,
) -> None:
    port, stage.settings.EMAIL_PORT = stage.settings.EMAIL_PORT, 9
    order = stage.order()
    sending.despatch(stage.sandbox, order.increment_id)
    stage.wait()
    stage.wait()
    line = stage.people[OPERATOR].need("e-mail could not be sent")
    assert line is not None
    [link] = line.select(".failure-remedy a")
    assert "could not be sent" not in stage.people[OPERATOR].look(str(link["href"])).title.text

    stage.settings.EMAIL_PORT = port
    stage.wait(10 * MINUTE)
    stage.wait()

    assert stage.people[OPERATOR].need("could not be sent") is None
    assert stage.mails("could not be sent") == [NEW]


def test_a_stale_replay_calls_nobody(stage: Stage) -> None:
    incoming.stale_replay(stage)
    stage.wait()

    assert not Problem.objects.exists()
    assert stage.mails("") == []


def test_every_kind_of_problem_is_played() -> None:
    played = {row.kind.name for row in (*ROWS, *own_incidents.ROWS)}
    of_their_own = {"nothing_runs", "mail_failing"}  # above
    # They take another host, a page of their own, and an installation that mails nobody.
    elsewhere = {"wrong_clock", "self_test", "copy"}

    assert KINDS.keys() - played == of_their_own | elsewhere
    assert {each.problem.name for each in INCIDENTS.values() if each.problem} <= played
