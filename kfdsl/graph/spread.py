"""Wanted places on a line in, places as near to them as distances between neighbours allow out: `spread`."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], weights: Sequence[float], apart: Sequence[float]) -> list[float]:
    """Return places in the given order, each at least `apart[i]` after the one before.

    The sum of weighted squared distances from what is wanted is the least there is: isotonic regression by
    pooling adjacent violators (Best and Chakravarti, Mathematical Programming 47, 1990).
    """
    offsets = [0.0]
    for distance in apart:
        offsets.append(offsets[-1] + distance)
    means: list[float] = []
    sums: list[float] = []
    counts: list[int] = []
    for place, weight, offset in zip(wanted, weights, offsets, strict=False):
        mean, total, count = place - offset, weight, 1
        while means and means[-1] > mean:
            mean = (means[-1] * sums[-1] + mean * total) / (sums[-1] + total)
            total += sums.pop()
            count += counts.pop()
            means.pop()
        means.append(mean)
        sums.append(total)
        counts.append(count)
    pooled = (mean for mean, count in zip(means, counts, strict=True) for _ in range(count))
    return [mean + offset for mean, offset in zip(pooled, offsets, strict=False)]
