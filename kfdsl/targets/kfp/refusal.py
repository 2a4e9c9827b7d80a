"""What Kubeflow's pipelines cannot say or run: raised where it is found, reported as KF310 or KF311."""

from __future__ import annotations

from kfdsl.targets.common import refusal


class Refused(refusal.Refused):
    """A construct has no form in the IR."""

    code = "not-on-kfp"
    engine = "Kubeflow"


class Unplaced(Refused):
    """A step is read that could not be placed, which has been told."""


class TooLarge(Refused):
    """A part of the IR is larger than what has to hold it."""

    code = "too-large"
