"""What a job may be, how often it is tried, and why its work is told to stop. Pure."""

from datetime import timedelta
from typing import Literal

from app.access.rules import Caller
from app.errors import AppError, Conflict, Message, NotFound

Status = Literal["queued", "running", "done", "failed", "cancelled"]
GOING = ("queued", "running")
MOST_GOING = 20  # Of one account: files wait in the database.
MOST_ATTEMPTS = 2
PATIENCE = timedelta(seconds=60)  # After so long without a heartbeat a process counts as dead.
SERVICE = Caller("shixiang")  # By whom what nobody asked for is done.
STATUS_NAMES: dict[str, Message] = {
    "queued": Message("在排队", "queued"),
    "running": Message("正在进行", "running"),
    "done": Message("已完成", "done"),
    "failed": Message("已失败", "failed"),
    "cancelled": Message("已取消", "cancelled"),
}


class JobNotFound(NotFound):
    slug, title = "job-not-found", Message("没有这个任务", "No such job")


class JobEnded(Conflict):
    slug, title = "job-ended", Message("任务已经结束", "The job has ended")


class TooManyJobs(Conflict):
    slug, title = "too-many-jobs", Message("排队的任务太多", "Too many jobs are waiting")


class Interrupted(AppError):
    slug, title = "job-interrupted", Message("任务中断", "The job was interrupted")


class Stop(Exception):
    """The work is to end where it is; whoever does it lets this pass."""


class Cancelled(Stop):
    """Somebody asked for it."""


class ShuttingDown(Stop):
    """The process ends; another one, or the next, begins the job anew."""


class Lost(Stop):
    """The process was given up for dead, and the job is somebody else's by now."""


def not_found(number: int) -> JobNotFound:
    return JobNotFound(
        Message(
            f"没有第 {number} 号任务，或者它是别人提交的；别人的任务只有管理员能看。",
            f"There is no job {number}, or somebody else asked for it; only administrators see those.",
        )
    )


def ended(number: int, status: str) -> JobEnded:
    zh, en = STATUS_NAMES[status]
    return JobEnded(
        Message(f"第 {number} 号任务{zh}，不能再取消。", f"Job {number} is {en}; it cannot be cancelled any more."),
        job_status=status,
    )


def too_many() -> TooManyJobs:
    return TooManyJobs(
        Message(
            f"你已有 {MOST_GOING} 个任务在排队或进行，这一个没有收下。请等它们结束，或取消不要的（GET /v1/jobs）。",
            f"{MOST_GOING} of your jobs are waiting already; this one was not taken. Wait for them, or cancel some.",
        )
    )


def interrupted() -> Interrupted:
    return Interrupted(
        Message(
            f"处理这个任务的进程 {MOST_ATTEMPTS} 次中断，任务没有完成，什么都没有写入。请再提交一次；再次如此，请告诉管理员。",
            f"The process at this job stopped {MOST_ATTEMPTS} times; nothing was written. Ask for it again, and tell the "
            "operator if that happens once more.",
        )
    )


QUEUED_AGAIN = Message("处理它的进程中断了，已重新排队。", "The process at it stopped; it is queued again.")
CHECKING = Message("正在逐行核对。", "The rows are being checked.")
NOTHING_WRITTEN = Message("已取消，什么都没有写入。", "Cancelled; nothing was written.")
