"""What is larger than its container takes is an error with its place, and what fits is not."""

from __future__ import annotations

import pytest

from kfdsl.compiler import compile_text
from kfdsl.targets.argo import limits

from .programs import HEAD, manifest, manifests, task


def findings(body: str) -> list[tuple[str, str]]:
    found = compile_text(f"{HEAD}{body}\n}}\n", name="p.pipe").diagnostics
    return [(one.code, one.message) for one in found]


def different(count: int) -> str:
    return "\n".join(f'  step s{n} {{ command = ["echo", "{n}"] }}' for n in range(count))


def test_two_hundred_templates_are_named() -> None:
    made = manifest(different(199))

    assert len(made["spec"]["templates"]) == 200
    assert "inline" not in str(made)


def test_more_templates_are_written_in_their_tasks() -> None:
    made = manifest(different(201))

    assert [one["name"] for one in made["spec"]["templates"]] == ["p", "s0-to-s199"]
    first = made["spec"]["templates"][1]["dag"]["tasks"][0]
    assert first == {"name": "s0", "inline": {"container": {"image": "busybox", "command": ["echo", "0"]}}}


CAPTURED = """edition 2026
component c { in v: string, image = "x", command = ["echo", v] }
component d { in v: string, image = "x", command = ["echo", "d", v] }
pipeline p { step a = q() }
pipeline q {
  param v: string = "z"
  step s = c(v = v)
  step t = d(v = "other")
}
"""


def test_an_input_that_would_be_read_around_it_keeps_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argo reads the tags of a body that is inline in the template around it first."""
    monkeypatch.setattr(limits, "TEMPLATES", 3)

    (made,) = manifests(CAPTURED)

    assert task(made, "s")["inline"]["container"]["command"] == ["echo", "{{inputs.parameters.v}}"]
    assert task(made, "t")["template"] == "d"


def test_too_many_templates_that_must_have_names() -> None:
    groups = "\n".join(f'  group g{n} {{ step s{n} {{ command = ["true"] }} }}' for n in range(200))

    assert findings(groups) == [("KF302", "201 templates in one manifest: Argo takes 200")]


@pytest.mark.parametrize(("size", "found"), [(limits.TEXT - 1, []), (limits.TEXT, ["KF302"])])
def test_an_argument_is_shorter_than_linux_takes(size: int, found: list[str]) -> None:
    got = findings(f'  step s {{ command = ["echo", "{"x" * size}"] }}')

    assert [code for code, _ in got if code != "KF305"] == found


@pytest.mark.parametrize(("size", "found"), [(limits.TEXT - 3, []), (limits.TEXT - 2, ["KF302"])])
def test_a_variable_counts_with_its_name(size: int, found: list[str]) -> None:
    got = findings(f'  step s {{ env = {{ A = "{"x" * size}" }}, command = ["true"] }}')

    assert [code for code, _ in got if code != "KF305"] == found


def test_a_large_script_needs_a_config_map() -> None:
    got = findings(f"  step s {{ script sh = 'echo {'x' * limits.TEMPLATE}' }}")

    assert got == [("KF305", "this step has 128 KiB: over 128 KiB Argo keeps it in a ConfigMap")]


def test_a_manifest_is_smaller_than_argo_keeps() -> None:
    scripts = "\n".join(f"  step s{n} {{ script sh = 'echo {n} {'x' * 100_000}' }}" for n in range(11))

    ((code, message),) = findings(scripts)

    assert (code, message) == ("KF302", "the manifest has 1.05 MiB: Argo keeps objects of at most 1.00 MiB")


def test_a_template_takes_five_hundred_values() -> None:
    made = "\n".join(f'    in v{n} = "{n}"' for n in range(501))

    assert findings(f'  step s {{\n{made}\n    command = ["echo", v0] }}') == [
        ("KF302", "501 values come into one template: Argo takes 500")
    ]


def test_annotations_of_one_object() -> None:
    got = findings(f'  step s {{ annotations = {{ a = "{"x" * limits.ANNOTATIONS}" }}, command = ["true"] }}')

    assert got[0] == ("KF302", "the annotations have 256 KiB: Kubernetes takes 256 KiB")


@pytest.mark.parametrize(("length", "found"), [(63, []), (64, ["KF300"])])
def test_a_label_has_sixty_three_characters(length: int, found: list[str]) -> None:
    got = findings(f'  step s {{ labels = {{ a = "{"x" * length}" }}, command = ["true"] }}')

    assert [code for code, _ in got] == found


def test_a_gauge_is_written_in_few_characters() -> None:
    formula = " + ".join(["step.exit_code * 100000001"] * 15)
    got = findings(f'  step s {{ command = ["true"], metric m {{ help = "m", gauge = {formula} }} }}')

    assert [code for code, _ in got] == ["KF302"]


def test_metrics_of_one_step() -> None:
    listed = "\n".join(f'    metric m{n} {{ help = "m", gauge = step.duration }}' for n in range(101))

    assert findings(f'  step s {{\n    command = ["true"]\n{listed}\n  }}') == [
        ("KF302", "101 metrics of one template: Argo takes 100")
    ]
