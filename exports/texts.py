"""What operators read about exports, word for word."""

from orderflow_bridge.common.choices import Entity

INTERRUPTED = "The run stopped before OrderFlow's answer was recorded; it is announced again."
NOTHING_SELECTED = "Nothing was selected."
NOTHING_INVOICED = "No exportable (invoiced) orders selected."
RESTING = "OrderFlow keeps failing and is left alone for a while. Please try again later."
NOT_SIMPLE = "This product cannot be exported. OrderFlow only supports simple product types."
VIRTUAL = "You cannot export a virtual order to OrderFlow."
NOT_FOUND = {Entity.ORDER: "Order Not Found.", Entity.PRODUCT: "Product Not Found."}


def announced(entity: Entity, reference: str) -> str:
    """Return the message of a line whose notification OrderFlow took."""
    noun = "order" if entity == Entity.ORDER else "product"
    return f"OrderFlow successfully notified that {noun} {reference} is pending export"


def not_fetched(times: int) -> str:
    """Return what is said of something that was announced so often, and never fetched."""
    return f"OrderFlow was told {times} times and has not fetched it."


def disabled(entity: Entity) -> str:
    """Return what is said when the export is switched off."""
    return (
        f"{entity.label} exports are currently disabled."
        " Please review the OrderFlow module configuration."
    )


def exported_by_hand(entity: Entity, reference: str, *, is_success: bool) -> str:
    """Return what is said after the export of one product or order."""
    verb = "has been" if is_success else "has failed to be"
    return f"{entity.label} {reference} {verb} queued for export to OrderFlow."


def exported_many(entity: Entity, successes: int, failures: int) -> str:
    """Return what is said after the export of a selection."""
    noun = entity.label.lower()
    return f"Exported {successes} {noun}(s) to OrderFlow with {failures} failures."


def called_off(reference: str, state: str) -> str:
    """Return what is said about a cancelled or closed order."""
    return f"Order {reference} is {state.lower()} and cannot be exported to OrderFlow."


def being_cancelled(reference: str) -> str:
    """Return what is said about an order that OrderFlow is being asked to cancel."""
    return (
        f"Order {reference} is just being cancelled and cannot be exported to OrderFlow."
        " Please look again in a minute."
    )


def in_no_website(sku: str) -> str:
    """Return what is said about a product that no exporting website sells."""
    return f"Product '{sku}' is not in any product export enabled websites"
