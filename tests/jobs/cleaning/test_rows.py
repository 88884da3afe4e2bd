"""What goes, what stays: each kind of row by its own duration, to the second."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from exports.models import Export, ExportLine
from imports.history import ensure_partitions
from imports.models import IgnoredSku, Import, ImportLine, WaitingSku
from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.configuration.sections import LogCleaning, WebServices
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Despatch
from tests.configuration.storing import store
from tests.factories import make_order, make_request, make_source_item, make_user, make_website
from tests.jobs.cleaning.samples import (
    JUST_AFTER,
    MIDNIGHT,
    NOW,
    cleaned,
    make_export,
    make_import,
    make_mail,
    make_processed,
    make_webhook,
)

pytestmark = pytest.mark.django_db

Status = OutgoingMail.Status
WebhookStatus = WebhookEvent.Status


def configure(**durations):
    """Save durations for all websites."""
    store(LogCleaning, **durations)


def test_an_export_of_the_cutoffs_second_goes_with_its_lines():
    make_export(MIDNIGHT, lines=3)
    kept = make_export(JUST_AFTER, lines=2)

    cleaned()

    assert list(Export.objects.all()) == [kept]
    assert ExportLine.objects.filter(parent=kept).count() == ExportLine.objects.count() == 2


def test_an_import_of_the_cutoffs_second_goes_with_its_lines():
    ensure_partitions(MIDNIGHT.date())
    make_import(MIDNIGHT, lines=3)
    kept = make_import(JUST_AFTER, lines=2)

    cleaned()

    assert list(Import.objects.all()) == [kept]
    assert ImportLine.objects.filter(parent=kept).count() == ImportLine.objects.count() == 2


def test_a_figure_goes_if_its_sku_is_ignored_and_was_not_named_for_as_long_as_imports_stay():
    IgnoredSku.objects.create(sku="ignored")
    for sku, seen in (("IGNORED", MIDNIGHT), ("owed", MIDNIGHT), ("Ignored", JUST_AFTER)):
        WaitingSku.objects.create(
            sku=sku,
            source_code=f"{seen}",
            sequence_id=1,
            quantity=5,
            first_seen=MIDNIGHT,
            last_seen=seen,
        )

    assert "1 ignored figure" in cleaned()

    assert sorted(WaitingSku.objects.values_list("sku", flat=True)) == ["Ignored", "owed"]
    assert IgnoredSku.objects.exists()


def test_a_processed_request_of_the_cutoffs_second_goes():
    make_processed(MIDNIGHT)
    kept = make_processed(JUST_AFTER)

    cleaned()

    assert list(Request.objects.all()) == [kept]


def test_a_request_that_waits_is_kept_whole_however_old_it_is():
    waiting = make_request(created_at=MIDNIGHT - timedelta(days=400))

    cleaned()

    stored = Request.objects.get()
    assert stored == waiting
    assert bytes(stored.request_body) == waiting.request_body
    assert bytes(stored.response_body) == waiting.response_body


def test_histories_stay_without_their_request():
    old = make_processed(MIDNIGHT)
    history = make_import(JUST_AFTER, request=old)
    export = make_export(JUST_AFTER, request=old)

    cleaned()

    history.refresh_from_db()
    export.refresh_from_db()
    assert history.request_id is export.request_id is None


def test_bodies_are_emptied_of_old_processed_requests_only():
    configure(request_duration=30)
    old, young = make_processed(MIDNIGHT), make_processed(JUST_AFTER)

    report = cleaned()

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.request_body, old.response_body) == (None, None)
    assert young.request_body is not None
    assert young.response_body is not None
    assert "emptied the bodies of 1 request;" in report


def test_emptied_bodies_are_not_emptied_again():
    configure(request_duration=30)
    make_processed(MIDNIGHT)
    cleaned()

    assert "emptied the bodies of 0 requests;" in cleaned()


@pytest.mark.parametrize("kind", ["export", "import", "request", "xml_log", "web_log"])
def test_each_duration_rules_its_own_kind_alone(kind):
    others = {"export", "import", "request", "xml_log", "web_log"} - {kind}
    configure(**{f"{kind}_duration": 1}, **{f"{other}_duration": 30 for other in others})
    make_export(JUST_AFTER)
    make_import(JUST_AFTER)
    make_processed(JUST_AFTER)
    make_mail(JUST_AFTER, Status.FAILED)

    report = cleaned()

    told = {
        "export": "Deleted 1 export, 0 imports, 0 requests; emptied the bodies of 0 requests;",
        "import": "Deleted 0 exports, 1 import, 0 requests; emptied the bodies of 0 requests;",
        "request": "Deleted 0 exports, 0 imports, 1 request; emptied the bodies of 0 requests;",
        "xml_log": "Deleted 0 exports, 0 imports, 0 requests; emptied the bodies of 1 request;",
        "web_log": "Deleted 0 exports, 0 imports, 0 requests, 1 e-mail; emptied the bodies of 0",
    }
    assert report.startswith(told[kind])


def test_switched_off_nothing_goes():
    configure(is_enabled=False)
    make_export(MIDNIGHT)
    make_processed(MIDNIGHT)

    assert cleaned() == "Log cleaning is switched off."
    assert Export.objects.count() == Request.objects.count() == 1


def test_a_duration_of_zero_deletes_nothing():
    store(
        LogCleaning,
        export_duration=0,
        import_duration=0,
        request_duration=0,
        xml_log_duration=0,
        web_log_duration=0,
    )
    make_export(MIDNIGHT)
    make_import(MIDNIGHT)
    make_processed(MIDNIGHT)
    make_mail(MIDNIGHT, Status.FAILED)

    cleaned()

    assert Export.objects.count() == Import.objects.count() == OutgoingMail.objects.count() == 1
    assert Request.objects.get().request_body is not None


def test_mails_that_are_done_go_and_waiting_ones_stay():
    sent_long_ago = make_mail(MIDNIGHT, Status.SENT, sent_at=MIDNIGHT)
    failed = make_mail(MIDNIGHT, Status.FAILED)
    waiting = make_mail(MIDNIGHT, Status.WAITING)
    sending = make_mail(MIDNIGHT, Status.SENDING)
    sent_lately = make_mail(MIDNIGHT, Status.SENT, sent_at=JUST_AFTER)

    report = cleaned()

    kept = set(OutgoingMail.objects.all())
    assert kept == {waiting, sending, sent_lately}
    assert not kept & {sent_long_ago, failed}
    assert "2 e-mails" in report


def test_webhooks_that_are_done_go_and_waiting_ones_stay():
    website = make_website()
    old = {status: make_webhook(website, MIDNIGHT, status) for status in WebhookStatus}
    lately = make_webhook(website, JUST_AFTER, WebhookStatus.DELIVERED)
    failed_long_ago = make_webhook(website, MIDNIGHT - timedelta(days=99), "given_up")

    report = cleaned()

    kept = set(WebhookEvent.objects.all())
    assert kept == {old[WebhookStatus.WAITING], old[WebhookStatus.GIVEN_UP], lately}
    assert failed_long_ago not in kept
    assert "3 webhooks" in report


def test_expired_logins_go_and_valid_ones_stay():
    user = make_user()
    grant_token(user)
    expired = AccessToken.objects.create(
        user=user, digest="0" * 64, expires_at=timezone.now() - timedelta(seconds=1)
    )
    for days in (89, 91):
        user.known_addresses.create(
            address=f"192.0.2.{days}", last_used_at=timezone.now() - timedelta(days=days)
        )
    Session.objects.create(session_key="old", expire_date=NOW)
    Session.objects.create(session_key="new", expire_date=NOW + timedelta(seconds=1))

    report = cleaned()

    assert not AccessToken.objects.filter(pk=expired.pk).exists()
    assert AccessToken.objects.count() == 1
    assert [known.address for known in user.known_addresses.all()] == ["192.0.2.89"]
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert "2 expired logins" in report


def failed_sign_in(at):
    """Make axes' record of a failed sign-in at that moment."""
    attempt = AccessAttempt.objects.create(
        username=f"user-{at:%d-%H}", failures_since_start=6, get_data="", post_data=""
    )
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at)


def test_old_failed_sign_ins_go():
    failed_sign_in(MIDNIGHT)
    failed_sign_in(NOW)

    report = cleaned()

    assert [attempt.attempt_time for attempt in AccessAttempt.objects.all()] == [NOW]
    assert "1 failed sign-in" in report


def test_a_user_who_is_still_locked_out_is_not_let_in_by_the_cleaning():
    store(WebServices, lockout_seconds=30 * 86_400)
    failed_sign_in(MIDNIGHT)

    cleaned()

    assert AccessAttempt.objects.count() == 1


def test_what_protects_from_duplicates_stays():
    order = make_order()
    Despatch.objects.create(message_id="38", order=order, created_at=MIDNIGHT - timedelta(days=99))
    item = make_source_item(last_sequence_id=507, updated_at=MIDNIGHT - timedelta(days=99))

    cleaned()

    item.refresh_from_db()
    assert Despatch.objects.count() == 1
    assert item.last_sequence_id == 507


def test_problems_that_have_ended_go_with_the_imports_and_open_ones_stay():
    values = {"kind": "late_order", "severity": 2, "first_seen": MIDNIGHT, "last_seen": MIDNIGHT}
    Problem.objects.create(**values, subject="old", resolved_at=MIDNIGHT)
    kept = Problem.objects.create(**values, subject="new", resolved_at=JUST_AFTER)
    still = Problem.objects.create(**values, subject="open", open_key="open")

    cleaned()

    assert set(Problem.objects.all()) == {kept, still}
