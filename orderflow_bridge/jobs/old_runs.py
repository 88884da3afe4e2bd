"""Old job runs go with the log cleaning: the scheduler, on a higher floor, adds this step to it."""

from django.db.models import Q

from orderflow_bridge.jobs.cleaning.batches import Allowance, delete_oldest
from orderflow_bridge.jobs.cleaning.cutoffs import Cutoffs
from orderflow_bridge.jobs.cleaning.report import Step
from orderflow_bridge.jobs.cleaning.services import clean_logs
from orderflow_bridge.jobs.models import JobRun

_DONE = (JobRun.Status.SUCCESS, JobRun.Status.SKIPPED)


def clean_logs_and_runs() -> str:
    """Do the job `orderflow_log_cleaner`; return its sentence."""
    return clean_logs(also=(Step("job run", delete_runs),))


def delete_runs(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete runs older than Web Log Duration; failed ones are kept ten times as long.

    A run that waits or is at work stays.
    """
    if cutoffs.diary is None or cutoffs.failures is None:
        return 0
    old = Q(status__in=_DONE, created_at__lte=cutoffs.diary) | Q(
        status=JobRun.Status.FAILED, created_at__lte=cutoffs.failures
    )
    return delete_oldest(JobRun.objects.filter(old), allowance)
