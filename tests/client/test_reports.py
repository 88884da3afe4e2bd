"""Import reports are read line by line."""

import json
from pathlib import Path

from lxml import etree

from orderflow_bridge.client import ReportResult, parse_report

SAMPLE = json.loads((Path(__file__).parent / "golden" / "import_report_sample.json").read_text())


def test_a_report_is_read_as_the_original_library_means_it():
    expected = SAMPLE["reports"][0]

    report = parse_report(etree.fromstring(expected["body"]))

    assert [(line.reference, line.result.value, line.message, line.detail, line.queried_at)
            for line in report.lines] == [
        (line["getExternalReference"], line["getResult"], line["getMessage"], line["getDetail"],
         line["getTimestamp"])
        for line in expected["lines"]
    ]  # fmt: skip
    assert report.successes == expected["getNumberOfSuccesses"]
    assert report.unique_successes == expected["getNumberOfUniqueSuccesses"]
    assert report.failures == expected["getNumberOfFailures"]
    assert report.duplicates == expected["getNumberOfDuplicates"]
    assert report.is_success is expected["isSuccess"]


def test_a_missing_list_is_empty_and_an_empty_report_a_success():
    report = parse_report(etree.fromstring("<importReport/>"))

    assert report.lines == ()
    assert report.is_success


def test_the_names_of_the_lines_do_not_matter():
    report = parse_report(
        etree.fromstring(
            "<r><importFailures><x externalReference='A'>"
            "<failureMessage>No weight</failureMessage></x></importFailures></r>"
        )
    )

    [line] = report.lines
    assert (line.result, line.message) == (ReportResult.FAILURE, "No weight")
