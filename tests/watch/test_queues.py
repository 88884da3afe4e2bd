"""Messages that wait are told of: for an import that is off, or for too long."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport, Watch
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.problems.kinds import IMPORT_OFF, QUEUE_OLD
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.watch.services import DETECTORS, Detector, DetectorsFailed, watch
from tests.configuration.storing import store
from tests.factories import make_request

pytestmark = pytest.mark.django_db


def test_messages_that_wait_for_an_import_that_is_off_are_told_of_until_it_is_on() -> None:
    make_request(entity=Entity.INVENTORY)
    store(InventoryImport, is_enabled=False)
    watch()

    problem = open_problems(IMPORT_OFF).get()
    assert problem.text == "1 stock message waits and Inventory Import is switched off."

    store(InventoryImport, is_enabled=True)
    watch()
    assert not open_problems(IMPORT_OFF).exists()


def test_it_says_who_switched_the_import_off_and_when() -> None:
    make_request(entity=Entity.SHIPMENT)
    boss = User.objects.create_superuser("boss")
    with time_machine.travel("2026-03-03T20:17:00+00:00"):
        write_settings(ShipmentImport, {"is_enabled": False}, by=boss)
        watch()
        text = open_problems(IMPORT_OFF).get().text

    assert text == ("1 despatch message waits and Shipment Import is switched off (boss, 20:17).")


def test_how_old_a_queue_may_be_is_a_setting() -> None:
    make_request(entity=Entity.INVENTORY)
    later = timezone.now() + timedelta(minutes=20)
    for minutes, is_told in ((30, False), (10, True), (0, False)):
        store(Watch, queue_minutes=minutes)
        watch(now=later)
        assert open_problems(QUEUE_OLD).exists() == is_told


def test_a_queue_whose_oldest_message_is_old_is_told_of() -> None:
    make_request(entity=Entity.INVENTORY)
    watch(now=timezone.now() + timedelta(minutes=20))

    assert "has waited for 20 minutes" in open_problems(QUEUE_OLD).get().text


def test_a_detector_that_fails_stops_no_other_and_is_told() -> None:
    def fail(now: object) -> None:
        raise ValueError("no")

    make_request(entity=Entity.INVENTORY)
    with pytest.raises(DetectorsFailed, match=r"broken \(ValueError: no\)"):
        watch(
            now=timezone.now() + timedelta(hours=1),
            detectors=[Detector("broken", fail), *DETECTORS],
        )

    assert open_problems(QUEUE_OLD).exists()
