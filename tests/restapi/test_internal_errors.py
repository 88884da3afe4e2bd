"""What callers see, and operators find, when something breaks inside."""

import logging
import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.restapi.failing_urls")]


def test_an_unexpected_error_shows_a_report_id_that_the_log_explains(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/rest/V1/fail/unknown")

    assert answer.status_code == 500
    message = answer.json()["message"]
    found = re.fullmatch(
        r"Internal Error\. Details are available in Magento log file\."
        r" Report ID: (webapi-[0-9a-f]{14})",
        message,
    )
    assert found is not None
    assert "secret detail" not in answer.content.decode()
    [record] = [record for record in caplog.records if found[1] in record.getMessage()]
    assert record.exc_info is not None
    assert "secret detail" in str(record.exc_info[1])


def test_an_error_written_for_people_is_shown(client: Client) -> None:
    answer = client.get("/rest/V1/fail/known")

    assert (answer.status_code, answer.json()) == (400, {"message": "The shop is closed."})
