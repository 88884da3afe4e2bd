"""The job that goes on with files whose worker was killed, or whose message was lost."""

from orderflow_bridge.file_transfer.services import work_off_files


def work_off_waiting_files() -> str:
    """Do the job `orderflow_file_import`; return its sentence."""
    count = len(work_off_files())
    if not count:
        return "Nothing was waiting."
    return f"{count} file{'' if count == 1 else 's'} worked on; see Files."
