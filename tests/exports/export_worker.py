"""A worker in a process of its own that exports until nothing is due, and may be killed."""

import django

django.setup()

from exports.cron import export_orders_create, export_products_create  # noqa: E402


def main() -> None:
    """Run the jobs, one batch at a time, as long as there is something to announce."""
    while (
        export_products_create() != "No product was due."
        or export_orders_create() != "No order was due."
    ):
        pass


if __name__ == "__main__":
    main()
