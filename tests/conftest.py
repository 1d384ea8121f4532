"""Property tests try the same examples everywhere, and a slow machine does not fail them."""

import os
from pathlib import Path

from hypothesis import settings

settings.register_profile("descant", deadline=None, derandomize=True, database=None)
settings.load_profile("descant")

# What numba compiles for librosa it keeps in files that two processes must not write at once: they then hold the code
# of other types than they say, and whoever runs it dies. So each process that tests beside others has its own folder.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parents[1] / ".pytest_cache" / f"numba-{worker}")
