"""Tests of what holds for all texts, all strings and all programs, with examples made by Hypothesis."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

BOUNDED = settings(
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""What all tests here share; each says how many examples it can afford."""
