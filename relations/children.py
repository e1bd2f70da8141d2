"""Processes that live and die together: one of them ending ends all, and none outlives this one."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Self

PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 15.0
AGAIN = 2.0  # seconds

_libc = ctypes.CDLL(None, use_errno=True)


def _prepare(kindness: int) -> None:  # pragma: no cover - runs between fork and exec, where nothing can count
    """In the child: be told to stop if the parent is killed without a chance to say so; let others go first."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.nice(kindness)


class Stop(BaseException):
    """Somebody asked us to stop."""


def _stop(_number: int, _frame: object) -> None:
    # An exception raised while a finaliser runs is lost: it is raised again, until the block has ended.
    signal.setitimer(signal.ITIMER_REAL, AGAIN)
    raise Stop


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and SIGHUP end the block. SIGINT too: a shell's background job is started ignoring it."""
    usual = {number: signal.signal(number, _stop) for number in (*ENDINGS, signal.SIGALRM)}
    try:
        with contextlib.suppress(Stop):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in usual.items():
            signal.signal(number, handler)


class Children:
    """Named child processes, each the leader of a group of its own."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        kindness: int = 0,
        gate: Sequence[int] = (),
    ) -> None:
        """Start a child; a kind one lets others go first. It gets the file descriptors of `gate`."""
        # preexec_fn is safe here: this process has one thread.
        self.running[name] = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=gate,
            preexec_fn=partial(_prepare, kindness),  # noqa: PLW1509
        )

    def ended(self) -> dict[str, int]:
        """The names and exit codes of those that are no more."""
        return {name: child.returncode for name, child in self.running.items() if child.poll() is not None}

    def watch(self, until: Callable[[], bool], pause: float) -> bool:
        """Wait until something is true; answers false as soon as a child has ended."""
        while not self.ended():
            if until():
                return True
            time.sleep(pause)
        return False

    def stop(self) -> None:
        """Ask all to stop, wait, and kill whole groups of those that did not. Not to be hurried by a second Ctrl-C."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        usual = {number: signal.signal(number, signal.SIG_IGN) for number in ENDINGS}
        for child in self.running.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        for number, handler in usual.items():
            signal.signal(number, handler)
