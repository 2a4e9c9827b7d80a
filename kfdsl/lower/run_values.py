"""Values that the engine knows at run time: the fields of `run`, `step` and `last`, by where they exist."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl.kinds import FLOAT, INT, JSON, STRING, Kind

RUN: Mapping[str, Kind] = {
    "id": STRING,
    "name": STRING,
    "namespace": STRING,
    "created": STRING,
    "scheduled": STRING,
    "display": STRING,
}
RUN_RESULT: Mapping[str, Kind] = {"status": STRING, "failures": JSON, "duration": FLOAT}
"""Fields of `run`: everywhere, and those that exist in handlers only."""

STEP: Mapping[str, Kind] = {"name": STRING, "id": STRING, "attempt": INT}
STEP_RESULT: Mapping[str, Kind] = {"status": STRING, "duration": INT, "exit_code": INT}
"""Fields of `step`: everywhere in a body, and those that exist in its metrics only."""

LAST: Mapping[str, Kind] = {"status": STRING, "exit_code": INT, "duration": INT, "message": STRING}
"""Fields of `last`, the attempt before, in the condition of a `retry`."""
