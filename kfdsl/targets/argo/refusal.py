"""What Argo, or this target so far, cannot say: raised where it is found, reported as KF300."""

from __future__ import annotations

from kfdsl.targets.common import refusal


class Refused(refusal.Refused):
    """A construct has no form on Argo."""

    code = "not-on-argo"
    engine = "Argo"


class TooManySteps(Refused):
    """A graph cannot be split into DAGs that Argo takes."""

    code = "too-many-steps"


class TooLarge(Refused):
    """An object or a part of one holds more than Argo, Kubernetes or Linux takes."""

    code = "too-large"
