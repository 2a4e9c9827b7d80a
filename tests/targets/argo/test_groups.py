"""Settings of groups and of calls of pipelines, daemons, and what handlers of the run read."""

from __future__ import annotations

from typing import Any

import pytest

from .programs import argument, manifest, refused, task, template

INNER = """
}
pipeline inner {
  param n: int
  step work { image = "busybox", command = ["echo", "${n}"] }
  step wait = wait(1s)
"""


def called(settings: str, *, more: str = "") -> dict[str, Any]:
    """Return the template that a call with settings runs."""
    made = manifest(f"{more}\nstep plain = inner(n = 1)\nstep a = inner(n = 1) {{ {settings} }}{INNER}")
    assert task(made, "plain")["template"] == "inner"
    assert task(made, "a")["template"] == "inner-2"
    return template(made, "inner-2")


@pytest.mark.parametrize(
    ("settings", "field", "value"),
    [
        ("retry = 2", "retryStrategy", {"limit": "2", "retryPolicy": "Always"}),
        ("parallelism = 3", "parallelism", 3),
        ("fail_fast = true", "failFast", True),
        ('mutex = "m"', "synchronization", {"mutexes": [{"name": "m"}]}),
        ('display = "A word"', "annotations", {"workflows.argoproj.io/display-name": "A word"}),
        (
            'cache = { key = "k" }',
            "memoize",
            {"key": "k", "maxAge": "", "cache": {"configMap": {"name": "inner-cache"}}},
        ),
    ],
)
def test_a_call_with_settings_has_a_template_of_its_own(settings: str, field: str, value: object) -> None:
    made = called(settings)

    assert made[field] == value
    assert len(made["dag"]["tasks"]) == 2


def test_a_setting_of_a_call_reads_what_stands_around_the_step() -> None:
    made = manifest(f"""
      param who: string = "x"
      step a = inner(n = 1) {{ mutex = "m-${{who}}", labels = {{ owner = who }} }}{INNER}""")

    assert argument(made, "a", "call-mutex") == "m-{{workflow.parameters.who}}"
    lock = template(made, "inner")["synchronization"]["mutexes"][0]["name"]
    assert lock.count("inputs.parameters['call-mutex']") == 1
    assert template(made, "work")["metadata"]["labels"]["owner"] == "{{inputs.parameters.call-labels-owner}}"
    assert "metadata" not in template(made, "wait")


def test_a_semaphore_of_a_call_is_that_of_its_file() -> None:
    made = manifest(f"""
      config app = "the-app"
      step a = inner(n = 1) {{ semaphore = app["slots"] }}{INNER}""")

    reference = {"name": "the-app", "key": "slots"}
    assert template(made, "inner")["synchronization"] == {"semaphores": [{"configMapKeyRef": reference}]}


def test_equal_settings_share_a_template() -> None:
    made = manifest(f"step a = inner(n = 1) {{ retry = 2 }}\nstep b = inner(n = 2) {{ retry = 2 }}{INNER}")

    assert task(made, "a")["template"] == task(made, "b")["template"] == "inner"


def test_a_pipeline_of_one_body_takes_settings_of_a_pod() -> None:
    made = manifest(
        """
      step a = inner() { timeout = 1min, labels = { a = "b" } }
    }
    pipeline inner {
      mutex = "m"
      image = "busybox", command = ["true"]
    """.replace('image = "busybox", ', 'image = "busybox"\n      ')
    )

    assert template(made, "inner")["timeout"] == "1m"
    assert template(made, "inner")["metadata"]["labels"] == {"a": "b"}
    assert template(made, "inner")["synchronization"] == {"mutexes": [{"name": "m"}]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            f"step a = inner(n = 1) {{ timeout = 1h }}{INNER}",
            "Argo limits the time of a pod and of a run, not of a graph",
        ),
        (
            f'step a = inner(n = 1) {{ retry = 2 }}{INNER}\nkind = "WorkflowTemplate"',
            "`inner` is an object of its own in the cluster, whose settings a call cannot change",
        ),
        (
            "param n: int = 3\nstep a = p(n = n - 1) when n > 1 { retry = 2 }",
            "`retry` of a call of the pipeline itself has no form on Argo",
        ),
        (
            'step a = inner() { parallelism = 2 }\n}\npipeline inner {\n  image = "x"\n  command = ["true"]',
            "`parallelism` is for graphs, and `inner` is one pod",
        ),
    ],
)
def test_settings_of_a_call_that_argo_cannot_change(body: str, message: str) -> None:
    assert message in refused(body)


def test_a_group_has_settings() -> None:
    made = manifest("""
      param slots: int = 2
      group g {
        parallelism = 1
        fail_fast   = true
        retry       = { limit = slots }
        mutex       = "m-${slots}"
        step a { command = ["true"] }
      }
    """)

    group = template(made, "g")
    assert (group["parallelism"], group["failFast"]) == (1, True)
    assert group["retryStrategy"]["limit"] == "{{workflow.parameters.slots}}"
    assert group["synchronization"]["mutexes"] == [{"name": "m-{{workflow.parameters.slots}}"}]


def test_a_group_whose_failure_is_handled_stands_alone() -> None:
    made = manifest("""
      group g {
        continue_on = ["failure"]
        step a { script sh = "exit 1", out v: int }
      }
      step b after g.failed { command = ["echo", "${a.v ?? 0}"] }
    """)

    alone, ended = template(made, "g-continue")["dag"]["tasks"]
    assert alone["name"] == "g"
    assert ended == {"name": "ended", "depends": "g || g.Failed || g.Errored", "template": "nothing"}
    assert task(made, "b")["when"] == "{{= tasks.g.outputs.parameters.status in ['Failed', 'Error'] }}"
    value = argument(made, "b", "a-v")
    assert value == "{{tasks.g.outputs.parameters.a-v}}"


def test_a_handled_failure_beside_which_nothing_is_skipped_is_the_end_of_its_graph() -> None:
    made = manifest("""
      step a { command = ["false"], continue_on = ["failure"] }
      step b after a { command = ["true"] }
    """)

    (alone,) = template(made, "a-continue")["dag"]["tasks"]
    assert alone["continueOn"] == {"failed": True, "error": True}


# ---- handlers of the run


def test_what_a_dag_gives_to_a_handler_of_the_run_is_global_when_the_dag_ends() -> None:
    made = manifest("""
      step a = inner(n = 1)
      group g {
        step b { script sh = 'echo 1 > "$v"', out v: int }
        out w: int = b.v
      }
      step c { command = ["date"], out now: string = stdout }
      on exit { step e { command = ["echo", "${a.m ?? 0} ${g.w ?? 0} ${c.now ?? ""}"] } }
    }
    pipeline inner {
      param n: int
      step d { image = "busybox", script sh = 'echo 1 > "$v"', out v: int }
      out m: int = d.v
    """)

    for step, name, output in (("a", "m", "m"), ("g", "w", "w"), ("c", "now", "c-now")):
        assert [one["name"] for one in template(made, f"{step}-told")["dag"]["tasks"]] == [step]
        (told,) = template(made, f"{step}-outputs")["outputs"]["parameters"]
        assert (told["name"], told["globalName"]) == (output, f"{step}-{name}")
    assert "workflow.outputs?.parameters?.['a-m'] ??" in argument(made, "e", "a-m")


def test_a_handler_of_the_run_gets_an_artifact_if_it_was_made() -> None:
    made = manifest("""
      step a { script sh = 'echo 1 > "$m"', out m: Model }
      on exit { step e { in m: Model? = a.m, command = ["echo", m] } }
    """)

    assert template(made, "a")["outputs"]["artifacts"][0]["globalName"] == "a-m"
    assert task(made, "e")["arguments"]["artifacts"] == [
        {"name": "m", "from": "{{workflow.outputs.artifacts.a-m}}", "optional": True}
    ]
    assert "workflow.outputs?.parameters?.['a-m-present']" in argument(made, "e", "m-path")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            """
            step a for x in [1, 2] { script sh = 'echo 1 > "$v"', out v: int }
            on exit { step e { command = ["echo", json(a.*.v)] } }
            """,
            "a handler of the run cannot read lists out of loops on Argo",
        ),
        (
            """
            group g {
              step a { script sh = 'echo 1 > "$m"', out m: Model }
              out m: Model = a.m
            }
            on exit { step e { in m: Model? = g.m, command = ["echo", m] } }
            """,
            "a handler of the run reads artifacts of steps only on Argo, not of groups and pipelines",
        ),
    ],
)
def test_what_a_handler_of_the_run_cannot_read(body: str, message: str) -> None:
    assert refused(body) == [message]


# ---- defaults that are no constants

KEYS = """
  config app = "the-app"
  step a = show()
  step b = inner()
}
component show {
  config app = "the-app"
  in level: string = app["level"]
  image   = "busybox"
  command = ["echo", level]
}
pipeline inner {
  config app = "the-app"
  param level: string = app["level"]
  step d { image = "busybox", command = ["echo", level] }
"""


def test_a_key_of_a_config_as_a_default_is_given_by_the_call() -> None:
    made = manifest(KEYS)

    source = {"configMapKeyRef": {"name": "the-app", "key": "level"}}
    for name in ("a", "b"):
        assert task(made, name)["arguments"]["parameters"] == [{"name": "level", "valueFrom": source}]


def test_an_answer_may_default_to_a_value() -> None:
    made = manifest("""
      param choice: enum("YES", "NO") = "NO"
      step a = approve("ok?") { in answer: enum("YES", "NO") = choice }
    """)

    assert argument(made, "a", "answer") == "{{workflow.parameters.choice}}"
    (given,) = template(made, "a")["outputs"]["parameters"]
    assert given["valueFrom"] == {"supplied": {}, "default": "{{inputs.parameters.answer}}"}


# ---- outputs that cannot be computed


@pytest.mark.parametrize(("value", "target"), [("a.v + 1", "g b"), ("a.v", None)])
def test_a_group_that_may_err_as_it_gives_its_outputs_is_a_target(value: str, target: str | None) -> None:
    made = manifest(f"""
      group g {{
        step a {{ script sh = 'echo 1 > "$v"', out v: int }}
        out w: int = {value}
      }}
      step b {{ command = ["echo", "${{g.w}}"] }}
    """)

    assert template(made, "p")["dag"].get("target") == target


# ---- daemons


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            """
            group g { step d { command = ["serve"], daemon = true } }
            step a { command = ["echo", d.ip] }
            """,
            "the address of `d` is read where it has ended: on Argo a daemon ends with its group or loop",
        ),
        (
            'step d { command = ["serve"], daemon = true, continue_on = ["failure"] }',
            (
                "a daemon with `continue_on`, `at_most` or handlers in a loop has a DAG of its own on Argo, "
                "with which it ends"
            ),
        ),
        (
            """
            step d {
              command = ["serve"]
              daemon  = true
              on exit { step a { command = ["true"] } }
            }
            """,
            "Argo runs no `on exit` of a daemon",
        ),
    ],
)
def test_a_daemon_that_would_not_live_is_refused(body: str, message: str) -> None:
    assert refused(body) == [message]


# ---- lists out of loops


def test_the_list_of_a_loop_that_did_not_run_is_empty() -> None:
    made = manifest("""
      param n: int = 3
      if n > 5 {
        step s for x in [1, 2] { script sh = 'echo 1 > "$v"', out v: int }
      }
      step b { command = ["echo", json(s.*.v)] }
    """)

    code = "sprig.toRawJson(map(fromJSON(tasks.s.outputs?.parameters?.v ?? '[]'), int(#)))"
    assert argument(made, "b", "s-v") == f"{{{{= {code} }}}}"
    assert template(made, "s-loop")["outputs"]["parameters"][0]["valueFrom"]["default"] == "[]"


def test_flat_takes_one_level_away() -> None:
    made = manifest("""
      param xs: list<list<list<int>>> = [[[1]]]
      param ys: list<list<int>> = [[1]]
      step a { command = ["echo", json(flat(xs)), json(flat(ys))] }
    """)

    command = template(made, "a")["container"]["command"]
    assert "reduce(fromJSON(workflow.parameters.xs), concat(#acc, #), [])" in command[1]
    assert "flatten(fromJSON(workflow.parameters.ys))" in command[2]


def test_the_first_attempt_needs_no_strategy() -> None:
    made = manifest("""
      step a { command = ["echo", "${step.attempt}"] }
      step b { command = ["echo", "${step.attempt}"], retry = 1 }
    """)

    assert template(made, "a")["container"]["command"] == ["echo", "0"]
    assert template(made, "b")["container"]["command"] == ["echo", "{{retries}}"]


def test_what_is_read_behind_a_failed_group_does_not_ask_for_its_success() -> None:
    body = """
      group g {
        step a { script sh = 'echo 1 > "$x"', out x: string }
        step b { in y = a.x, command = ["false", y] }
      }
      step c after g.failed { in y = a.x ?? "none", command = ["echo", y] }
      for i in [1, 2] {
        step d after g.done { in y = a.x ?? "none", command = ["echo", y, i] }
      }"""
    made = manifest(body)

    for name, parameter in (("c", "y"), ("for-i", "a-x")):
        assert task(made, name)["depends"] == "(g.Succeeded || g.Skipped || g.Failed || g.Errored)"
        assert "tasks.g.status == 'Succeeded' ? (" in argument(made, name, parameter)


def test_a_loop_waits_for_one_end_of_a_group_only() -> None:
    body = """
      group g {
        step a { script sh = 'echo 1 > "$x"', out x: string }
        step b { in y = a.x, command = ["false", y] }
      }
      for i in [1, 2] {
        step c after g.failed { command = ["echo", i] }
        step d { in y = a.x, command = ["echo", y] }
      }"""

    assert [message.partition(":")[0] for message in refused(body)] == [
        "in one loop, one step waits for the success of `g` and another for another end"
    ]


def test_a_fact_behind_a_failed_group_is_refused() -> None:
    body = """
      group g {
        step a { command = ["true"] }
        step b after a { command = ["false"] }
      }
      step c after g.failed { in s = a.status, command = ["echo", s] }"""

    assert refused(body) == ["Argo does not tell `status` of a step in another group that may have failed"]
