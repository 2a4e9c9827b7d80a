"""The harness itself: what it reads, and that it notices what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest

from .case import HERE
from .expectation import Expectation, differences, read

if TYPE_CHECKING:
    from pathlib import Path

    from .engine import Engine
    from .history import Run


@pytest.fixture(scope="session")
def skip(engine: Engine) -> Run:
    """Return a run in which one step was skipped and one follows it."""
    return engine.run(_manifest("skip"), parameters={"wanted": "no"})


def test_nodes_are_found_by_their_display_names(skip: Run) -> None:
    first = skip.node("first")

    assert (first.template, first.type, first.phase) == ("print", "Pod", "Succeeded")
    assert first.inputs == {"text": 'it\'s "first"'}
    assert first.outputs == {"said": 'it\'s "first"'}
    assert first.started is not None
    assert first.finished is not None
    assert skip.node("maybe").id in first.children


def test_a_name_that_is_absent_or_ambiguous_is_an_error_that_lists_the_nodes(skip: Run) -> None:
    with pytest.raises(LookupError, match=r"(?s)no node named 'frist'.*\.first Pod Succeeded"):
        skip.node("frist")
    with pytest.raises(LookupError, match="3 nodes named 'print'"):
        skip.node("print")
    with pytest.raises(LookupError, match="2 pods under 'print'"):
        skip.log("print")


def test_questions_about_a_run_have_both_answers(skip: Run) -> None:
    assert skip.order("first", "last")
    assert not skip.order("last", "first")
    assert not skip.order("first", "maybe")
    assert (skip.ran("first"), skip.ran("maybe"), skip.ran("frist")) == (True, False, False)
    assert (skip.skipped("maybe"), skip.skipped("first"), skip.skipped("frist")) == (True, False, False)
    assert not skip.omitted("maybe")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"phase": "Failed"}, "the run's phase is 'Succeeded', expected 'Failed'"),
        ({"message": "boom"}, "the run's message is '', which lacks 'boom'"),
        ({"steps": {"maybe": "Succeeded"}}, "maybe is Skipped, expected Succeeded"),
        ({"steps": {"maybe": "absent"}}, "maybe is Skipped, expected absent"),
        ({"steps": {"frist": "Skipped"}}, "frist is absent, expected Skipped"),
        ({"steps": {"first": "not run"}}, "first ran and is Succeeded, expected not to run"),
        ({"order": [["last", "first"]]}, "last had not ended when first started, or one of them never ran"),
        ({"counts": {"maybe": 1}}, "the number of pods of maybe is 0, expected 1"),
        ({"outputs": {"first": {"x": ""}}}, "output of first x is None, expected ''"),
        ({"inputs": {"last": {"text": "y "}}}, "input of last text is 'last', expected 'y '"),
        ({"logs": {"last": "last"}}, "the log of last is 'last\\n', expected 'last'"),
        ({"logs": {"last": {"contains": "x"}}}, "the log of last is 'last\\n', which lacks 'x'"),
    ],
)
def test_every_difference_is_noticed(skip: Run, wrong: Expectation, message: str) -> None:
    assert differences(skip, {"phase": "Succeeded", **wrong}) == [message]


def test_an_expectation_with_an_unknown_word_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.expect.yaml"
    path.write_text("phase: Succeeded\nstep: {a: Skipped}\n", encoding="utf-8")

    with pytest.raises(jsonschema.ValidationError, match="'step' was unexpected"):
        read(path)


def test_a_workflow_that_does_not_end_in_time_says_how_far_it_came(engine: Engine) -> None:
    pending = engine.submit(_manifest("suspend"))

    with pytest.raises(TimeoutError, match=r"(?s)not ended after 8 s.*\.hold Suspend Running"):
        pending.wait(8)


def test_a_field_that_argo_does_not_know_is_refused(engine: Engine) -> None:
    from kubernetes.client.exceptions import ApiException  # noqa: PLC0415  # as in conftest.py

    text = _manifest("hello").replace("entrypoint:", "entrypiont: x\n  entrypoint:")

    with pytest.raises(ApiException, match="entrypiont"):
        engine.submit(text)


def test_a_text_must_hold_one_workflow(engine: Engine) -> None:
    with pytest.raises(ValueError, match="found 0"):
        engine.submit("# nothing\n")
    with pytest.raises(ValueError, match="found 2"):
        engine.submit("---\n".join([_manifest("hello")] * 2))


def _manifest(name: str) -> str:
    return (HERE / "raw" / f"{name}.yaml").read_text(encoding="utf-8")
