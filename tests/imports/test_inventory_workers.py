"""Stock messages and several real worker processes, on PostgreSQL, killed at random moments.

The parent lets leases run out all the time, so workers also lose messages that they are still at
work on: their late writes must come to nothing.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from imports.inventory.mass_changes import held_mass_change
from imports.mass_change_decisions import apply_change
from imports.models import Import, ImportLine
from orderflow_bridge.common.choices import Result
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_product, make_source
from tests.imports.mass import in_stock, make_shop, push
from tests.imports.stock import Oracle, Short, queue, stock

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
]

SKUS = tuple(f"A-{number}" for number in range(12))
SOURCES = ("default", "eu")
WORKERS = 3
PATIENCE = 300


def made_by_orderflow(chance: random.Random, messages: int) -> list[list[Short]]:
    """Return messages of rising sequence ids; some SKUs are unknown, some come twice in one."""
    sequence = 0
    made: list[list[Short]] = []
    for _ in range(messages):
        lines: list[Short] = []
        for _ in range(chance.randint(1, 20)):
            sequence += chance.randint(1, 3)
            sku = chance.choice(SKUS) if chance.random() > 0.03 else "NOPE"
            lines.append((sku, chance.randint(-5, 60), sequence, chance.choice(SOURCES)))
        made.append(lines)
    return made


def as_it_arrives(chance: random.Random, made: list[list[Short]]) -> list[list[Short]]:
    """Return the messages shuffled, some repeated, some with lines of others, lines shuffled."""
    arriving = made + [message for message in made if chance.random() < 0.4]
    arriving += [
        [line for message in chance.sample(made, 3) for line in chance.sample(message, 1)]
        for _ in range(len(made) // 4)
    ]
    chance.shuffle(arriving)
    return [chance.sample(message, len(message)) for message in arriving]


@pytest.fixture
def workers() -> Iterator[list["subprocess.Popen[str]"]]:
    """Collect workers that are killed at the end, whatever the test did."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def start_worker(seed: int, data_dir: Any) -> "subprocess.Popen[str]":
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "orderflow_bridge.settings",
        "DATABASE_URL": f"{database}/{connection.settings_dict['NAME']}",
        "BRIDGE_DATA_DIR": str(data_dir),
        "BRIDGE_LOG_LEVEL": "WARNING",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.imports.inventory_worker", str(seed)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def let_leases_expire() -> None:
    Request.objects.filter(processed_at=None, claimed_until__isnull=False).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )


def work_and_kill(
    chance: random.Random, workers: list["subprocess.Popen[str]"], data_dir: Any, kills: int
) -> None:
    """Keep workers at work until all is processed, killing and replacing some on the way."""
    workers += [start_worker(seed, data_dir) for seed in range(WORKERS)]
    deadline = time.monotonic() + PATIENCE
    while Request.objects.filter(processed_at=None).exists():
        assert time.monotonic() < deadline, "the queue was not emptied"
        if kills and Import.objects.exists():
            victim = chance.choice(workers[-WORKERS:])
            victim.send_signal(signal.SIGKILL)
            workers.append(start_worker(100 + kills, data_dir))
            kills -= 1
        time.sleep(chance.uniform(0.02, 0.2))
        let_leases_expire()


def test_killed_and_overtaken_workers_lose_nothing_and_apply_nothing_twice(
    workers: list["subprocess.Popen[str]"], tmp_path: Any
) -> None:
    chance = random.Random(20170323)
    for code in SOURCES:
        make_source(code)
    for sku in SKUS:
        make_product(sku)
    made = made_by_orderflow(chance, 120)
    arriving = as_it_arrives(chance, made)
    for number, message in enumerate(arriving, start=1):
        queue(*message, message_id=number)

    work_and_kill(chance, workers, tmp_path, kills=6)

    orderly = Oracle()
    orderly.apply([line for message in made for line in message], known=SKUS)
    assert stock() == orderly.stock
    assert not Request.objects.exclude(last_error="").exists()
    assert Import.objects.count() == Request.objects.count() == len(arriving)
    assert ImportLine.objects.count() == sum(map(len, arriving))
    assert_each_quantity_was_applied_once(orderly)
    assert_the_history_replays()


def assert_each_quantity_was_applied_once(orderly: Oracle) -> None:
    applied = ImportLine.objects.filter(result=Result.SUCCESS).values_list(
        "reference", "source_code", "sequence_id"
    )
    assert len(applied) == len(set(applied))
    assert {((sku, source), seq) for sku, source, seq in applied} <= orderly.applied


def assert_the_history_replays() -> None:
    """Each SKU and source was judged as if its lines had come one after the other.

    The lock on a source item makes the order of its history lines the order of its judgements.
    """
    histories: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    rows = ImportLine.objects.order_by("id").values_list(
        "reference", "source_code", "sequence_id", "result"
    )
    for sku, source, sequence_id, result in rows:
        histories[sku, source].append((sequence_id, result))
    for (sku, source), lines in histories.items():
        oracle = Oracle()
        expected = oracle.apply([(sku, 1, seq, source) for seq, _ in lines], known=SKUS)
        assert [result for _, result in lines] == expected, (sku, source)


def test_two_workers_at_work_on_the_same_products_do_not_wait_crosswise(
    workers: list["subprocess.Popen[str]"], tmp_path: Any
) -> None:
    make_source()
    for sku in SKUS:
        make_product(sku)
    for number in range(1, 61):
        order = random.Random(number).sample(SKUS, len(SKUS))
        queue(*((sku, number, number) for sku in order), message_id=number)

    workers += [start_worker(seed, tmp_path) for seed in range(WORKERS)]
    outputs = [worker.communicate(timeout=PATIENCE)[0] for worker in workers]

    assert outputs == ["done\n"] * WORKERS
    assert Request.objects.filter(attempts=1).count() == 60
    assert stock() == {(sku, "default"): (60, 1, 60) for sku in SKUS}


@pytest.mark.parametrize("size", [10, 100])
def test_workers_side_by_side_hold_what_is_too_much_together(
    workers: list["subprocess.Popen[str]"], tmp_path: Any, size: int
) -> None:
    skus = make_shop(400)
    for start in range(0, 400, size):
        push(skus[start : start + size], 0, 5)

    workers += [start_worker(seed, tmp_path) for seed in range(WORKERS)]
    deadline = time.monotonic() + PATIENCE
    while (change := held_mass_change()) is None:
        assert time.monotonic() < deadline, "nothing was held"
        time.sleep(0.05)

    # Batches of less than an eighth of the limit do not wait for one another.
    assert in_stock() > 400 - 120 - WORKERS * 15
    assert Request.objects.filter(held_at__isnull=False).count() == len(change.request_ids)
    apply_change(change, by="alice")
    outputs = [worker.communicate(timeout=PATIENCE)[0] for worker in workers]
    assert all(output.endswith("done\n") for output in outputs), outputs
    assert sum("mass_change_held" in output for output in outputs) == 1
    assert in_stock() == 0
    assert held_mass_change() is None
    assert Import.objects.count() == Request.objects.count() == 400 // size
