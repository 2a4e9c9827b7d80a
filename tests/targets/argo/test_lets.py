"""Names for expressions, types read out of JSON, and parts of artifacts."""

from __future__ import annotations

import pytest

from kfdsl.compiler import compile_text

from .programs import HEAD, argument, manifest, refused, task, template

DECODED = "fromJSON(replace(replace(workflow.parameters.j, '$(KF_LB){', '{' + '{'), '$$', '$'))"
MAKE = "step make { script sh = 'echo 3 > \"$n\"', out n: int }\n"


def findings(body: str) -> list[tuple[str, str]]:
    """Return names and messages of the errors of a pipeline with a body of steps."""
    result = compile_text(f"{HEAD}{body}\n}}\n", name="p.pipe")
    return [(found.name, found.message) for found in result.diagnostics if found.severity == "error"]


def test_a_let_makes_the_edges_of_its_readers_only() -> None:
    body = MAKE + 'let twice = make.n * 2\nstep r { command = ["a", "${twice}"] }\nstep s { command = ["b"] }'

    made = manifest(body)

    assert task(made, "r")["depends"] == "make"
    assert "depends" not in task(made, "s")
    assert template(made, "r")["container"]["command"][1] == "{{= asInt(inputs.parameters['make-n']) * 2 }}"


def test_lets_see_each_other_in_any_order_and_hide_what_is_around() -> None:
    body = """
    param x: int = 1
    let b = a + 1
    let a = x
    group g {
      let a = 10
      step r { in v = a, in w = b, command = ["echo", "${v} ${w}"] }
    }"""

    made = manifest(body)

    assert argument(made, "r", "v") == "10"
    assert argument(made, "r", "w") == "{{= asInt(workflow.parameters.x) + 1 }}"


def test_a_let_of_a_loop_reads_its_item() -> None:
    body = """for x in [1, 2] {
      let next = x + 1
      step r { script sh = 'echo "$next"' }
    }"""

    made = manifest(body)

    variables = {one["name"]: one["value"] for one in template(made, "r")["script"]["env"]}
    assert variables["next"] == "{{= asInt(inputs.parameters.x) + 1 }}"


def test_what_is_known_where_a_let_is_used_holds_in_it() -> None:
    body = """
    param k: int = 1
    step make when k > 1 { script sh = 'echo 3 > "$n"', out n: int }
    let m = make.n
    step same when k > 1 { command = ["echo", "${m}"] }
    step only when present(m) { command = ["echo", "${m}"] }"""

    assert findings(body) == []
    assert findings(body + '\nstep other { command = ["echo", "${m}"] }') == [
        ("maybe-skipped", "`m` is missing when `make` is skipped")
    ]


def test_a_field_of_a_named_record_is_its_expression() -> None:
    body = 'param x: int = 1\nlet r = { a = x + 1, b = x }\nstep s { in v = r.b, command = ["echo", "${v}"] }'

    assert argument(manifest(body), "s", "v") == "{{workflow.parameters.x}}"


def test_lets_in_handlers_branches_and_components() -> None:
    text = """edition 2026
    component c { in n: int, let m = n + 1, image = "busybox", command = ["echo", "${m}"] }
    pipeline p {
      param k: int
      step s = c(n = 3)
      if k > 1 {
        let t = "many ${k}"
        step a { image = "busybox", command = ["echo", t] }
      }
      on exit {
        let how = "ended ${run.status}"
        step b { image = "busybox", command = ["echo", how] }
      }
    }"""

    result = compile_text(text, name="p.pipe")

    assert result.diagnostics == ()
    assert "many {{workflow.parameters.k}}" in result.text
    assert "ended {{workflow.status}}" in result.text
    assert "{{= asInt(inputs.parameters.n) + 1 }}" in result.text


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        ("let a = b\nlet b = a", "dependency-cycle", "`let a` needs itself: `a` → `b` → `a`"),
        ("let a = a + 1", "dependency-cycle", "`let a` needs itself: `a` → `a`"),
        ("let a = 1\nlet a = 2", "duplicate-name", "`a` is declared twice"),
        ("param a: int = 1\nlet a = 2", "duplicate-name", "`a` is declared twice"),
        (
            'step r { in a = 1, let a = 2, command = ["true"] }',
            "duplicate-name",
            "`a` is declared twice in `r`",
        ),
        ("let a = nope", "unknown-name", "nothing here is called `nope`"),
        ('secret s = "x"\nlet a = s["k"]', "secret-leak", "secret `s` would be visible in the run"),
        ('let a: int = "x"', "type-mismatch", "expected `int`, found `string`"),
        (
            "let a = 1\n" + "\n".join(f"let {y} = " + " + ".join([x] * 40) for x, y in ("ab", "bc", "cd")),
            "nested-too-deep",
            "`c` stands for an expression of more than 1000 parts",
        ),
    ],
)
def test_wrong_lets_are_reported_used_or_not(body: str, name: str, message: str) -> None:
    step = '\nstep s { command = ["true"] }'

    assert findings(body + step) == [(name, message)]


def test_a_step_may_have_the_name_of_a_let() -> None:
    body = MAKE + 'let make = make.n\nstep r { in v = make, command = ["echo", "${v}"] }'

    assert argument(manifest(body), "r", "v") == "{{tasks.make.outputs.parameters.n}}"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("int", f"{{{{= int({DECODED}.a) }}}}"),
        ("list<int>", f"{{{{= sprig.toRawJson(map({DECODED}.a, int(#))) }}}}"),
    ],
)
def test_json_is_read_as_the_type_that_is_written(kind: str, code: str) -> None:
    body = f"param j: json\nstep r {{ in v: {kind} = j.a, command = ['x', v] }}".replace("'", '"')

    assert argument(manifest(body), "r", "v") == code


def test_constant_json_must_have_the_shape_of_the_type() -> None:
    text = """edition 2026
    let good: list<int> = jsonpath("{\\"a\\": [1, 2]}", "$['a']")
    let bad: list<int> = jsonpath("{\\"a\\": [1, true]}", "$.a")
    let none = jsonpath("[1]", "$[1]")
    pipeline p { image = "busybox", command = ["echo", good] }"""

    result = compile_text(text, name="p.pipe")

    assert [(found.name, found.message) for found in result.diagnostics] == [
        ("no-value", "this has no value: [1,true] is no `list<int>`"),
        ("no-value", "this has no value: `jsonpath` has no result: there is no $[1]"),
    ]


def test_a_part_of_an_artifact_is_a_sub_path() -> None:
    body = """
    param name: string
    step a { script sh = 'mkdir "$d"', out d: Artifact { archive = "none" } }
    step r { in x = a.d["b/c"], in y = a.d["${name}.csv"], command = ["cat", x, y] }"""

    given = task(manifest(body), "r")["arguments"]["artifacts"]

    assert given[0] == {"name": "x", "from": "{{tasks.a.outputs.artifacts.d}}", "subPath": "b/c"}
    assert given[1]["subPath"].endswith(".csv")
    assert "workflow.parameters.name" in given[1]["subPath"]


def test_an_archive_has_no_parts() -> None:
    body = """step a { script sh = 'mkdir "$d"', out d: Artifact }
              step r { in x = a.d["b"], command = ["cat", x] }"""

    assert refused(body) == ["Argo keeps `d` as one archive, which has no parts"]


def test_an_artifact_inside_a_body_is_a_path() -> None:
    body = """step a { script sh = 'mkdir "$d"', out d: Artifact }
              step r { in x = a.d, command = ["cat", x["b"]] }"""

    assert findings(body) == [("type-mismatch", "`x` is a path here, not an artifact")]


def test_a_handler_reads_an_output_under_the_name_that_the_run_knows() -> None:
    body = """step a { script sh = 'echo 1 > "$n"', out n: int { global = "the-number" } }
              on exit { step r { in n = a.n ?? 0, command = ["echo", "${n}"] } }"""

    made = manifest(body)

    (given,) = template(made, "a")["outputs"]["parameters"]
    assert given["globalName"] == "the-number"
    assert "workflow.outputs?.parameters?.['the-number']" in argument(made, "r", "n")


def test_a_constant_input_of_a_pipeline_of_one_body_has_its_type() -> None:
    text = """edition 2026
    pipeline p {
      param x: int
      in q = -3
      in t = "a"
      let sum = q + x
      image   = "busybox"
      command = ["echo", "${sum} ${t == string(x)}"]
    }"""

    result = compile_text(text, name="p.pipe")

    assert "{{= -3 + asInt(workflow.parameters.x) }} {{= 'a' == workflow.parameters.x }}" in result.text
