"""What a pod gets by a patch: arguments that may be absent, resources from outside."""

from __future__ import annotations

import json

import pytest

from .programs import manifest, refused, template


def test_a_list_that_may_be_absent_is_computed() -> None:
    made = manifest("""
      param label: string?
      param n: int = 2
      step a {
        command = ["prog", ["--label", label] ?? ["--none"], "${n + 1}", n]
        args    = ["{{last}}"]
      }
    """)

    own = template(made, "a")
    assert own["container"]["command"] == ["prog"]
    assert own["podSpecPatch"] == (
        '{"containers":[{"name":"main","args":{{= sprig.toRawJson(concat('
        "(workflow.parameters.label != '$(KF_NONE)' ? ['--label', workflow.parameters.label] : ['--none']), "
        "[replace(replace(string(asInt(workflow.parameters.n) + 1), '$', '$$'), '{{', '$(KF_LB){')], "
        "[workflow.parameters.n], "
        "[fromBase64('JChLRl9MQil7bGFzdH19')])) }}}]}"
    )
    assert {"name": "KF_LB", "value": "{"} in own["container"]["env"]


def test_a_command_begins_with_what_is_there() -> None:
    found = refused('param x: string?\nstep a { command = [[x] ?? [], "b"] }')

    assert found == ["a command cannot begin with a list that may be absent on Argo"]


def test_patches_of_arguments_and_resources_and_of_the_author_are_one() -> None:
    made = manifest(
        '''
      param x: string?
      param cpu: quantity = 1k
      step a {
        cpu = cpu..2
        command = ["b", [x] ?? []]
        patch pod = """
          dnsPolicy: None
        """
      }
    '''
    )

    own = template(made, "a")
    before, _, rest = own["podSpecPatch"].partition("{{=")
    patch = json.loads(before + "[]" + rest.partition("}}")[2])
    resources = {"requests": {"cpu": "{{workflow.parameters.cpu}}"}}
    assert patch == {
        "containers": [{"name": "main", "args": [], "resources": resources}],
        "dnsPolicy": "None",
    }
    assert own["container"]["resources"] == {"limits": {"cpu": 2}}


@pytest.mark.parametrize(("kind", "key"), [("init", "initContainers"), ("sidecar", "containers")])
def test_containers_beside_the_main_one_are_patched_where_they_are(kind: str, key: str) -> None:
    made = manifest(f"""
      param memory: quantity = 1Gi
      step a {{
        command = ["true"]
        {kind} b {{ image = "busybox", memory = ..memory }}
      }}
    """)

    limits = {"memory": "{{workflow.parameters.memory}}"}
    assert json.loads(template(made, "a")["podSpecPatch"]) == {
        key: [{"name": "b", "resources": {"limits": limits}}]
    }
