"""Property tests try the same examples everywhere, and a slow machine does not fail them."""

from hypothesis import settings

settings.register_profile("descant", deadline=None, derandomize=True, database=None)
settings.load_profile("descant")
