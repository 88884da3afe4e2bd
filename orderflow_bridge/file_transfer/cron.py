"""The job that goes on with files whose worker was killed, or whose message was lost."""

from orderflow_bridge.file_transfer.list_exports import work_off_list_exports
from orderflow_bridge.file_transfer.services import work_off_files


def work_off_waiting_files() -> str:
    """Do the job `orderflow_file_import`; return its sentence."""
    worked_on = (
        (len(work_off_files()), "Files"),
        (len(work_off_list_exports()), "Exported Lists"),
    )
    said = [
        f"{count} file{'' if count == 1 else 's'} worked on; see {place}."
        for count, place in worked_on
        if count
    ]
    return " ".join(said) or "Nothing was waiting."
