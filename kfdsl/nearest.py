"""The word that was meant: spelling suggestions."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MOST = 500
"""Names among which one is looked for: with more, a text of thousands of mistakes would take minutes."""

LONGEST = 100
"""Letters of a word that is looked for; comparing two words takes the product of their lengths."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to `word`, None where none is close.

    Of equally close ones it is the one that begins alike for longest, then the first by name. Words are
    compared without case and without regard to `-` and `_`. Close means at most a third of the letters wrong,
    one at the least and not all, counting insertions, deletions, changes and swaps of neighbours.
    """
    if len(word) > LONGEST:
        return None
    names = set(islice(known, MOST + 1))
    if len(names) > MOST:
        return None
    best: tuple[int, int, str] | None = None
    plain = _plain(word)
    for candidate in sorted(names):
        if candidate == word:
            continue
        limit = max(1, max(len(word), len(candidate)) // 3)
        if abs(len(word) - len(candidate)) > limit:
            continue
        far = distance(plain, _plain(candidate))
        if far <= limit and far < len(word):
            found = (far, -_alike(plain, _plain(candidate)), candidate)
            best = found if best is None else min(best, found)
    return best[2] if best else None


def _alike(a: str, b: str) -> int:
    """Return how many letters two words begin with together."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _plain(word: str) -> str:
    return word.lower().replace("-", "_")


def distance(a: str, b: str) -> int:
    """Return the optimal string alignment distance of two words."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, above, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if above and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
