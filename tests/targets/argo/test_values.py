"""Values at run time: their types, their texts, and the lists that loops make of them."""

from __future__ import annotations

import pytest

from .programs import argument, compiled, manifest, refused, task, template

MAKE = """
  param xs: list<int> = [1, 2]
  param word: string = "a"
  for i in xs {
    step some when i > 1 {
      script sh = "true"
      out s: string
      out n: int
      out r: { a: int }
    }
    for j in xs { step deep when j > i { script sh = "true", out n: int } }
  }
"""


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("some.*.s", "filter(fromJSON(tasks['for-i'].outputs.parameters['some-s']), # != '$(KF_NONE)')"),
        (
            "some.*.n",
            "map(filter(fromJSON(tasks['for-i'].outputs.parameters['some-n']), # != '$(KF_NONE)'), int(#))",
        ),
        (
            "some.*.r",
            (
                "map(filter(fromJSON(tasks['for-i'].outputs.parameters['some-r']), # != '$(KF_NONE)'), "
                "(type(#) == 'string' ? fromJSON(#) : #))"
            ),
        ),
        (
            "deep.*.n",
            (
                "map(fromJSON(tasks['for-i'].outputs.parameters['deep-n']), "
                "map(filter(#, # != '$(KF_NONE)'), int(#)))"
            ),
        ),
    ],
)
def test_rounds_that_were_skipped_are_not_in_lists(value: str, code: str) -> None:
    made = manifest(MAKE + f"step all {{ in l = {value}, command = ['echo', l] }}".replace("'", '"'))

    assert f"sprig.toRawJson({code})" in argument(made, "all", "l")


def test_a_loop_over_a_list_with_gaps_skips_them() -> None:
    made = manifest(MAKE + 'step each for s in some.*.s { command = ["echo", s] }')

    assert "filter(" in task(made, "each")["withParam"]


def test_a_list_that_a_group_takes_in_has_its_types_already() -> None:
    made = manifest(
        MAKE
        + """
        step flags for i in xs { script sh = "true", out b: bool }
        group g { step use when true in flags.*.b { command = ["true"] } }
        """
    )

    assert argument(made, "g", "flags-b") == (
        "{{= sprig.toRawJson(map(fromJSON(tasks.flags.outputs.parameters.b), # == 'true')) }}"
    )
    assert task(made, "use")["when"] == "{{= true in fromJSON(inputs.parameters['flags-b']) }}"


def test_one_item_that_a_group_takes_in_is_picked_once() -> None:
    made = manifest("""
      step make for m in ["a", "b"] { script sh = "true", out n: int }
      group g { step use { in n = make["b"].n, command = ["echo", "${n}"] } }
    """)

    assert argument(made, "g", "make-n") == "{{= asInt(fromJSON(tasks.make.outputs.parameters.n)[1]) }}"
    assert argument(made, "use", "n") == "{{inputs.parameters.make-n}}"


def test_python_has_none_for_an_artifact_that_was_not_written() -> None:
    made = manifest("""
      step make { script sh = "true", out data: Artifact? }
      step use { in data: Artifact? = make.data, script python = "print(data)" }
    """)

    program = template(made, "use")["container"]["command"][-1]
    assert "data=os.environ['data'] if os.path.exists(os.environ['data']) else None" in program


def test_one_item_that_may_be_missing_is_sought_in_the_records() -> None:
    made = manifest("""
      step make for m in [{ id = "a", at = [1, 2] }, { id = "b", at = [3] }], key = m.id when m.id != "a" {
        script sh = "true"
        out n: int
      }
      step use { command = ["echo", "${make["b"].n ?? 0}"] }
    """)

    records = "fromJSON(tasks.make.outputs.parameters['make-record'])"
    wanted = ".item.id == 'b' && sprig.toRawJson(.item.at) == '[3]'"
    value = f"let r = find({records}, {wanted})?.n; r == nil ? '$(KF_NONE)' : string(int(r))"
    assert argument(made, "use", "make-n") == "{{= (" + value + ") }}"


@pytest.mark.parametrize(
    ("read", "what"),
    [
        ('one["a"].started', "`started` of an item that may be skipped or fail"),
        ('all["a"].n', "a record of what a group or another pipeline gives"),
    ],
)
def test_what_no_record_of_an_item_holds_is_refused(read: str, what: str) -> None:
    found = refused(f"""
      step one for m in ["a", "b"] when m != "a" {{ script sh = "true" }}
      group all for m in ["a", "b"] when m != "a" {{
        step make {{ script sh = "true", out n: int }}
        out n: int = make.n
      }}
      step use {{ command = ["echo", "${{{read} ?? "-"}}"] }}
    """)

    assert found == [f"{what} cannot be read on Argo"]


def test_records_of_a_conditional_loop_are_handed_up() -> None:
    made = manifest("""
      step f for m in [{ n = "a" }] when m.n != "x" {
        command = ["echo", s]
        out s: string
      }
      step e for r in f.* { command = ["echo", r.item.n, r.s] }
    """)

    record = template(made, "f-loop")["outputs"]["parameters"]
    assert record == [
        {
            "name": "f-record",
            "valueFrom": {"parameter": "{{tasks.f.outputs.parameters.record}}", "default": "[]"},
        }
    ]


def test_printed_text_of_a_loop_is_a_list_whatever_its_name() -> None:
    made = manifest("""
      step a for x in ["a", "b"] when x == "a" {
        command = ["echo"]
        out result: string = stdout
      }
      step b { command = ["echo", json(a.*.result)] }
    """)

    (found,) = template(made, "a-loop")["outputs"]["parameters"]
    assert found["valueFrom"] == {"parameter": "{{tasks.a.outputs.parameters.result}}", "default": "[]"}


def test_floats_have_one_text_everywhere() -> None:
    made = manifest("""
      param f: float = 2.0
      step a for x in [1.0, 2.5] {
        env = { F = "${3.0}" }
        command = ["echo", x, 4.0, f]
      }
    """)

    assert made["spec"]["arguments"]["parameters"] == [{"name": "f", "value": "2"}]
    assert task(made, "a")["withItems"] == ["1", "2.5"]
    container = template(made, "a")["container"]
    assert container["command"][2] == "4"
    assert container["env"] == [{"name": "F", "value": "3"}]


def test_a_number_as_text_needs_no_escapes() -> None:
    made = manifest("""
      param n: int = 1
      step a for i in [1, 2] {
        in x = string(n)
        in y = string(i)
        in z = "${run.name}/k"
        command = ["echo", x, y, z]
      }
    """)

    assert [argument(made, "a", name) for name in "xyz"] == [
        "{{workflow.parameters.n}}",
        "{{item}}",
        "{{workflow.name}}/k",
    ]


def test_failures_are_plain_json() -> None:
    made = manifest("""
      step a { command = ["false"] }
      on exit { step told { script sh = 'echo "$run_failures"' } }
    """)

    variables = {one["name"]: one["value"] for one in template(made, "told")["script"]["env"]}
    assert "fromJSON(fromJSON(workflow.failures)) ?? []" in variables["run_failures"]


# ---- durations and quantities

AMOUNTS = """
  param t: duration = 5min
  param u: duration = 1h
  param q: quantity = 500m
"""


@pytest.mark.parametrize(
    ("condition", "end"),
    [("t < 10min", ".Seconds())) < 600.0 }}"), ("u in [1h, 5min]", " in [3600.0, 300.0] }}")],
)
def test_durations_are_compared_in_seconds(condition: str, end: str) -> None:
    made = manifest(AMOUNTS + f'step a when {condition} {{ command = ["true"] }}')

    assert "# endsWith 'd' ? float(trimSuffix(#, 'd')) * 86400" in task(made, "a")["when"]
    assert task(made, "a")["when"].endswith(end)


def test_quantities_are_compared_by_their_amounts() -> None:
    made = manifest(AMOUNTS + 'step a when q >= 1.5Gi { command = ["true"] }')

    assert task(made, "a")["when"].endswith(" >= 1610612736.0 }}")


def test_a_duration_is_looked_up_in_constants_only() -> None:
    found = refused(AMOUNTS + 'param l: list<duration> = [1h]\nstep a when t in l { command = ["true"] }')

    assert found == ["a duration or quantity is looked up in constants only on Argo"]


def test_limits_of_time_are_written_as_go_reads_them() -> None:
    made = manifest(
        AMOUNTS
        + """
        step a { timeout = t, retry = { limit = 1, backoff = u }, command = ["echo", "${t}"] }
        step b = wait(t)
        step c { timeout = 1h30min, command = ["true"] }
        """
    )

    own = template(made, "a")
    for text in (own["timeout"], own["retryStrategy"]["backoff"]["duration"]):
        assert text.startswith("{{= string(int(round(sum(")
        assert text.endswith(" * 1000))) + 'ms' }}")
    assert own["container"]["command"] == ["echo", "{{workflow.parameters.t}}"]
    assert template(made, "b")["suspend"]["duration"] == own["timeout"]
    assert template(made, "c")["timeout"] == "1h30m"


@pytest.mark.parametrize(("given", "is_plain"), [("20s", True), ("5min", False), ("t", False)])
def test_a_component_may_get_its_timeout(given: str, is_plain: bool) -> None:  # noqa: FBT001  # of a table
    text = compiled(
        AMOUNTS
        + f"step a = echo(limit = {given})"
        + "\n}\n"
        + """
    component echo {
      in limit: duration
      image = "busybox"
      timeout = limit
      command = ["true"]
    """
    ).text

    assert ('timeout: "{{inputs.parameters.limit}}"' in text) == is_plain
