"""Whether work grows in proportion to what it is given: a ratio of two costs in one run, which no busy machine changes."""

import gc
import time

TIMES = 8
MOST = 3 * TIMES  # what grows with the square costs 64 times as much


def cost(work, thing):
    """Seconds of this process' own, the less of two."""
    found = []
    gc.disable()  # or it looks through whatever the tests before have left
    try:
        for _try in range(2):
            began = time.process_time()
            work(thing)
            found.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(found)


def grows_in_proportion(work, make, size):
    """Hold what is made of `TIMES` as much against what is made of this size."""
    work(make(size // 10))  # what is made at first use is made
    small, large = cost(work, make(size)), cost(work, make(size * TIMES))
    return large <= MOST * small + 0.01
