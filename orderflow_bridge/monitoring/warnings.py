"""Where the configuration cannot work: on the page that is to be changed, and on the dashboard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import (
    Adjustment,
    Api,
    Email,
    InventoryImport,
    LogCleaning,
    OrderExport,
    ProductExport,
    ShipmentImport,
    Webhooks,
    WebServices,
)
from orderflow_bridge.configuration.selectors import (
    api,
    email,
    inventory_import,
    order_export,
    product_export,
    webhooks,
)
from orderflow_bridge.configuration.stored_secrets import item_error
from orderflow_bridge.console.pages import datetime_text
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.monitoring.facts import Facts
from orderflow_bridge.outbox.mail.services import is_address


@dataclass(frozen=True)
class Problem:
    """A sentence that says what does not work and what to do; `section` is the page's model."""

    section: str
    title: str
    url: str
    text: str


def warnings(facts: Facts, wanted: list[type[Section]]) -> list[Problem]:
    """Return what is wrong with these sections, in the order of the pages.

    What is wrong with several of them in the same way is said once, with the first.
    """
    found: dict[str, Problem] = {}
    for section, decide in _CHECKING.items():
        for text in decide(facts) if section in wanted else ():
            problem = Problem(section.model_name, section.title, section_url(section), text)
            found.setdefault(text, problem)
    return list(found.values())


def _webhooks(facts: Facts) -> Iterator[str]:
    for website in facts.websites:
        if unreadable := item_error(webhooks(website), website.name):
            yield unreadable


def _api(facts: Facts) -> Iterator[str]:
    for website in facts.websites:
        if unreadable := item_error(api(website), website.name):
            yield unreadable
        exported = [f"{entity.label.lower()}s" for entity in facts.exported_by(website)]
        missing = facts.missing_in_account(website)
        if exported and missing:
            yield (
                f"{website.name} exports {_and(exported)}, but {_and(missing)}"
                f" {'is' if len(missing) == 1 else 'are'} empty: nothing reaches OrderFlow."
                " Fill in what is missing, or switch the exports off."
            )


def _email(facts: Facts) -> Iterator[str]:
    for website in facts.websites:
        if facts.exported_by(website) and not is_address(email(website).admin_email):
            yield (
                f"{website.name} has no Admin Email: nobody is told when products or orders are"
                " given up."
            )


def _order_export(facts: Facts) -> Iterator[str]:
    for website in facts.websites:
        settings = order_export(website)
        if settings.is_enabled and not settings.exportable_status:
            yield (
                f"{website.name} exports orders, but no Exportable Order Status is chosen: no order"
                " is exported."
            )
    yield from _jobs(facts, "orderflow_export_order_create")


def _product_export(facts: Facts) -> Iterator[str]:
    for website in facts.websites:
        settings = product_export(website)
        if settings.is_enabled and settings.include_image_field and not settings.placeholder_image:
            yield (
                f"{website.name} includes the image field, but has no Default Image: the export of"
                " every product without a picture of its own fails."
            )
    yield from _jobs(facts, "orderflow_export_product_create", "orderflow_export_product_update")


def _inventory_import(facts: Facts) -> Iterator[str]:
    settings = inventory_import()
    if settings.adjust_inventory != Adjustment.NO and not settings.valid_unsent_order_statuses:
        yield (
            "Inventory is adjusted by unsent orders, but no Unsent Order Status is chosen: no order"
            " counts as unsent."
        )
    yield from _jobs(facts, "orderflow_import_inventory_update")


def _shipment_import(facts: Facts) -> Iterator[str]:
    yield from _jobs(facts, "orderflow_import_shipment_update")


def _log_cleaning(facts: Facts) -> Iterator[str]:
    yield from _jobs(facts, "orderflow_log_cleaner")


def _web_services(facts: Facts) -> Iterator[str]:
    if not facts.is_endpoint_open:
        yield (
            "No active user has the right OrderFlow Import, so OrderFlow cannot sign in. Create one"
            " under System → Users and give it the role OrderFlow Import."
        )


def _jobs(facts: Facts, *names: str) -> Iterator[str]:
    """Tell of jobs that are switched on and do not run, or whose last run has failed.

    When the scheduler is silent, none of them runs: the sentence is the same for all.
    """
    for job_state in facts.job_states:
        job, last = job_state.job, job_state.last_run
        if job.name not in names or not job_state.is_enabled:
            continue
        if not facts.is_scheduler_alive:
            since = f"since {datetime_text(facts.last_tick)}" if facts.last_tick else "yet"
            yield (
                f"No job runs: the scheduler has not run {since}. Start beat and a worker, or add"
                " the cron entry."
            )
        elif last is not None and last.status == JobRun.Status.FAILED:
            yield f"The last run of the job {job.title} failed: {last.summary}"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


_CHECKING: dict[type[Section], Callable[[Facts], Iterator[str]]] = {
    Api: _api,
    Email: _email,
    OrderExport: _order_export,
    ProductExport: _product_export,
    InventoryImport: _inventory_import,
    ShipmentImport: _shipment_import,
    Webhooks: _webhooks,
    LogCleaning: _log_cleaning,
    WebServices: _web_services,
}
