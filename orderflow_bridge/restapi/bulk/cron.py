"""The job that carries out bulk calls whose worker was killed, or whose message was lost."""

from orderflow_bridge.restapi.bulk.services import process_bulks
from orderflow_bridge.restapi.bulk.topics import KINDS


def carry_out_bulks() -> str:
    """Do the job `orderflow_bulk_operations`; return its sentence."""
    done = process_bulks(KINDS)
    if not done.bulks and not done.errors:
        return "Nothing was waiting."
    text = f"{done.bulks} bulk calls: {done.completed} operations done, {done.failed} failed."
    return f"{text} {done.errors} put off; see Bulk Calls." if done.errors else text
