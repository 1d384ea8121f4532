"""The suite `follow`: score following, accompaniment, page turning and practice, each beside a plain way to do it."""
