"""Words as bags of hashed n-grams of their letters, so that a misspelt or unknown word is near those it looks like.

Each word is its own whole and its runs of three and four letters, with `<` and `>` at its ends, each hashed to one of
BUCKETS rows of a table (Bojanowski, Grave, Joulin and Mikolov: Enriching Word Vectors with Subword Information, TACL
2017). There is no vocabulary to keep.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

BUCKETS = 16_384  # row 0 stands for nothing
WORDS = 32  # words of a text that are read
GRAMS = 20  # of a word
SIZES = (3, 4)

_WORD = re.compile(r"[a-z]+[#']?[a-z]*|\d+(?:/\d+)?", re.IGNORECASE)


def words(text: str) -> list[str]:
    """The words and numbers of a text in lower case without accents; `C#`, `3/4` and `120` are words."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return _WORD.findall(plain.lower())


def grams(text: str) -> npt.NDArray[np.int64]:
    """The rows of each word's n-grams, (words, GRAMS), filled up with 0; a text without words is one empty word."""
    rows = [_grams(word) for word in words(text)[:WORDS]]
    return np.array(rows or [(0,) * GRAMS], dtype=np.int64)


@lru_cache(maxsize=65_536)
def _grams(word: str) -> tuple[int, ...]:
    marked = f"<{word}>"
    pieces = [marked, *(marked[at : at + size] for size in SIZES for at in range(len(marked) - size + 1))]
    found = tuple(1 + zlib.crc32(one.encode()) % (BUCKETS - 1) for one in dict.fromkeys(pieces))[:GRAMS]
    return (*found, *(0,) * (GRAMS - len(found)))
