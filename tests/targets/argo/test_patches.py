"""Patches: how they are read, what is said about them, how they are merged."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from kfdsl import Diagnostic
from kfdsl.compiler import compile_text
from kfdsl.targets.common.patches.text import plain

from .programs import HEAD, manifest, template

STEP = 'step a {{\n command = ["true"]\n {settings}\n patch {kind} = """\n{text}\n """\n }}'


def patched(text: str, kind: str = "argo", settings: str = "") -> dict[str, Any]:
    """Return the template of a step with a patch."""
    return template(manifest(STEP.format(kind=kind, text=text, settings=settings)), "a")


def findings(text: str, kind: str = "argo", settings: str = "") -> list[tuple[str, str, str]]:
    """Return the findings of a step with a patch: name, message, and the text they point at."""
    body = STEP.format(kind=kind, text=text, settings=settings)
    found: tuple[Diagnostic, ...] = compile_text(f"{HEAD}{body}\n}}\n").diagnostics
    return [(d.name, d.message, d.span.text) for d in found]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("yes", True),
        ("y", True),
        ("Off", False),
        ("~", None),
        ("0644", 420),
        ("0o644", 420),
        ("0x1F", 31),
        ("0b101", 5),
        ("1_000", 1000),
        ("-7", -7),
        ("08", 8.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("1.2.3", "1.2.3"),
        ("5Gi", "5Gi"),
        ("text", "text"),
        ("+", "+"),
    ],
)
def test_words_mean_what_kubernetes_reads(word: str, value: object) -> None:
    found = plain(word)

    assert (found, type(found)) == (value, type(value))


def test_lists_are_merged_by_the_keys_of_kubernetes() -> None:
    found = patched(
        """
        container:
          env:
            - { name: B, value: "2" }
            - { name: A, value: "1" }
          volumeMounts:
            - { name: data, mountPath: /other }
        volumes:
          - { name: data, emptyDir: {} }
        """,
        settings='env = { A = "1" }',
    )

    assert found["container"]["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert found["volumes"] == [{"name": "data", "emptyDir": {}}]


def test_tolerations_are_replaced_as_a_whole() -> None:
    text = "tolerations:\n  - { key: gpu, operator: Exists }"
    settings = 'tolerate = [{ key = "gpu", operator = "Equal", value = "a" }]'

    assert patched(text, settings=settings)["tolerations"] == [{"key": "gpu", "operator": "Exists"}]
    assert [name for name, _, _ in findings(text, settings=settings)] == ["overridden-field"]


@pytest.mark.parametrize(
    ("text", "env"),
    [
        ("env: [{ name: A, $patch: delete }]", ["B"]),
        ("env: [{ $patch: replace }, { name: C, value: c }]", ["C"]),
        ("$setElementOrder/env: [{ name: B }, { name: A }]", ["B", "A"]),
        ("$retainKeys: [image]", None),
        ("env: null", None),
        ("$patch: replace\n  image: x", None),
    ],
)
def test_directives_are_followed(text: str, env: list[str] | None) -> None:
    found = patched(f"container:\n  {text}", settings='env = { A = "1", B = "2" }')["container"]

    assert (env and [one["name"] for one in found["env"]]) == env
    assert env is not None or "env" not in found
    assert not [key for key in found if key.startswith("$")]


def test_equal_values_override_nothing() -> None:
    assert findings("container: { image: busybox }") == []


def test_what_is_overridden_is_said_with_its_value() -> None:
    assert findings("container: { image: other }") == [
        ("overridden-field", 'the patch overrides `container.image`, which the program sets to `"busybox"`', "image")
    ]  # fmt: skip


def test_a_patch_of_a_patch_overrides_nothing() -> None:
    body = 'step a {\n command = ["true"]\n patch argo = """\ntimeout: 1s\n"""\n patch argo = """\ntimeout: 2s\n"""\n}'

    assert compile_text(f"{HEAD}{body}\n}}\n").diagnostics == ()


def test_places_are_those_inside_the_block() -> None:
    """Also where the block is indented, has lines before, and Windows' line ends."""
    patch = '\n    patch argo = """\n\n      metadata:\n        label: {}\n    """\n'
    program = f'{HEAD}  step a {{\n    command = ["true"]{patch}  }}\n}}\n'
    for text in (program, program.replace("\n", "\r\n")):
        (found,) = compile_text(text).diagnostics

        assert found.message == "there is no field `label` in `metadata`"
        assert (found.span.text, str(found.span).rpartition(">:")[2]) == ("label", "10:9")


def test_patch_on_one_line_has_places() -> None:
    body = 'step a { command = ["true"], patch argo = \'{"timout": "3s"}\' }'

    (found,) = compile_text(f"{HEAD}{body}\n}}\n").diagnostics
    assert found.span.text == '"timout"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [*x]", "an alias cannot stand inside what it refers to"),
        ("yes: 1", "YAML reads the key `yes` as no text"),
        ("a: !secret x", "Kubernetes does not know the YAML tag `!secret`"),
        ("- a", "a patch is a map, as `metadata: …`"),
        ("", "a patch is a map, as `metadata: …`"),
        ("a: 1\n---\nb: 1", "a patch is one YAML document"),
        ("a: 1\na: 1", "the key `a` stands here twice"),
    ],
)
def test_yaml_that_is_no_patch(text: str, message: str) -> None:
    assert [found for _, found, _ in findings(text)][0] == message  # noqa: RUF015  # shows all where it fails


def test_anchors_and_merge_keys_are_resolved() -> None:
    found = patched(
        """
        metadata:
          labels: &both { a: x }
          annotations: { <<: *both, b: z }
        """
    )

    assert found["metadata"] == {"labels": {"a": "x"}, "annotations": {"a": "x", "b": "z"}}


def test_a_patch_of_the_pod_keeps_null_and_directives_for_the_engine() -> None:
    text = """
    hostname: null
    containers:
      - name: main
        env: [{ name: A, $patch: delete }]
    """
    found = json.loads(patched(text, "pod")["podSpecPatch"])

    assert found == {
        "hostname": None,
        "containers": [{"name": "main", "env": [{"name": "A", "$patch": "delete"}]}],
    }


def test_placeholders_of_numbers_stand_without_quotes_in_a_patch_of_the_pod() -> None:
    text = 'terminationGracePeriodSeconds: "{{workflow.priority}}"\nhostname: "{{workflow.name}}"'

    assert patched(text, "pod")["podSpecPatch"] == (
        '{"terminationGracePeriodSeconds":{{workflow.priority}},"hostname":"{{workflow.name}}"}'
    )


def test_placeholders_reach_the_engine_as_they_are() -> None:
    found = patched('metadata: { labels: { run: "{{workflow.name}}-{{=1+1}}" } }')

    assert found["metadata"]["labels"]["run"] == "{{workflow.name}}-{{=1+1}}"


def test_patches_merge_with_computed_arguments() -> None:
    body = """
    param label: string?
    step a {
      command = ["echo", ["-l", label] ?? []]
      patch pod = "hostname: x"
    }
    """
    found = template(manifest(body), "a")["podSpecPatch"]

    assert found.endswith('"hostname":"x"}')
    assert '"args":{{=' in found


def test_a_patch_supplies_what_runs() -> None:
    body = 'step a { patch argo = "plugin: { hello: { text: x } }" }'

    assert template(manifest(body), "a")["plugin"] == {"hello": {"text": "x"}}


def test_a_patch_of_the_manifest_keeps_places() -> None:
    """A template that is merged still leads to its construct."""
    body = 'patch argo = "spec: { templates: [{ name: a, timeout: 1s }] }"\n step a { command = ["true"] }'
    made = compile_text(f"{HEAD}{body}\n}}\n").manifests[0]

    loaded = yaml.safe_load(made.text)["spec"]["templates"]
    number = next(n for n, one in enumerate(loaded) if one["name"] == "a")
    assert loaded[number]["timeout"] == "1s"
    assert made.source_map["spec", "templates", number].text == "a"


def test_patches_of_libraries_containers_and_one_body() -> None:
    text = """
    edition 2026
    pipeline p {
      image = "busybox"
      command = ["true"]
      patch argo.template = "timeout: 1s"
      patch argo = "spec: { podMetadata: { labels: { a: b } } }"
      sidecar s { image = "x", args = [], patch argo = "stdin: true" }
    }
    """
    (found,) = compile_text(text).manifests
    spec = yaml.safe_load(found.text)["spec"]

    assert spec["podMetadata"] == {"labels": {"a": "b"}}
    assert spec["templates"][0]["timeout"] == "1s"
    assert spec["templates"][0]["sidecars"][0]["stdin"] is True


def test_what_a_version_lacks_is_said_at_the_patch() -> None:
    body = STEP.format(kind="argo", settings="", text="pendingTimeout: 10s")
    text = f"{HEAD}{body}\n}}\n"

    assert compile_text(text).diagnostics == ()
    for target in ("argo@4.0", "argo@3.7"):
        (found,) = compile_text(text, target=target).diagnostics

        assert (found.name, found.span.text) == ("not-in-version", "pendingTimeout")


def test_a_target_that_does_not_exist_is_no_manifest() -> None:
    with pytest.raises(ValueError, match=r"4\.1, 4\.0, 3\.7"):
        compile_text(f"{HEAD}step a {{ command = ['true'] }}\n}}\n", target="argo@2.0")
