"""Many at once, for speed; one by one if that fails, so that only the bad one fails."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

logger = logging.getLogger(__name__)


def together_or_each(
    items: Sequence[_Item],
    work: Callable[[Sequence[_Item]], Sequence[_Result]],
    refused: Callable[[_Item, Exception], _Result],
    *,
    event: str,
    is_trusted: bool = True,
    raising: tuple[type[Exception], ...] = (),
    around: Callable[[Sequence[_Item]], AbstractContextManager[Any]] = lambda items: nullcontext(),
) -> list[_Result]:
    """Return a result for each item, in order.

    `work` takes items in a transaction of its own, all or none, and returns a result for each. If
    it raises for several, which is logged as `event`, it is asked for each alone, as for those that
    are not trusted; what it raises then becomes the item's result by `refused`. Errors that are
    `raising` blame no item: they are raised. `around` makes the context of work
    on one item, and of the line that says several were split.
    """
    if is_trusted and len(items) > 1:
        try:
            results = work(items)
            return [result for _, result in zip(items, results, strict=True)]
        except raising:
            raise
        except Exception:
            with around(items):
                logger.warning(event, exc_info=True)
    alone: list[_Result] = []
    for item in items:
        with around([item]):
            try:
                alone.append(work([item])[0])
            except raising:
                raise
            except Exception as error:
                alone.append(refused(item, error))
    return alone
