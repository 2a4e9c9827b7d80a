"""What a pod and a run get beside their containers: resources, devices, places of artifacts, plugins."""

from __future__ import annotations

import json

from .programs import argument, manifest, refused, template


def test_resources_of_a_pod() -> None:
    made = manifest("""
      pod_memory = 1Gi
      param cpu: quantity = 1500m
      step a { command = ["true"], pod_cpu = 100m..cpu, pod_hugepages = { "2Mi" = 4Mi } }
    """)

    own = template(made, "a")
    assert made["spec"]["podResources"] == {"requests": {"memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    assert own["podResources"] == {
        "requests": {"cpu": "100m", "hugepages-2Mi": "4Mi"},
        "limits": {"hugepages-2Mi": "4Mi"},
    }
    assert json.loads(own["podSpecPatch"]) == {
        "resources": {"limits": {"cpu": "{{workflow.parameters.cpu}}"}}
    }


def test_devices_of_a_pod_and_those_that_its_containers_use() -> None:
    made = manifest("""
      devices = { gpu = { claim = "one" } }
      step a {
        devices = { gpu = "large", disk = { template = "fast" } }
        command = ["true"]
        sidecar s { image = "i", command = ["true"], devices = [{ name = "gpu", request = "half" }] }
      }
      step b { devices = ["gpu"], command = ["true"], cpu = 1 }
    """)

    a, b = template(made, "a"), template(made, "b")
    assert made["spec"]["resourceClaims"] == [{"name": "gpu", "resourceClaimName": "one"}]
    assert a["resourceClaims"] == [
        {"name": "gpu", "resourceClaimTemplateName": "large"},
        {"name": "disk", "resourceClaimTemplateName": "fast"},
    ]
    assert a["container"]["resources"] == {"claims": [{"name": "gpu"}, {"name": "disk"}]}
    assert a["sidecars"][0]["resources"] == {"claims": [{"name": "gpu", "request": "half"}]}
    assert "resourceClaims" not in b
    assert b["container"]["resources"]["claims"] == [{"name": "gpu"}]


def test_secrets_that_pull_the_images_of_one_step_are_a_patch() -> None:
    made = manifest("""
      param name: string
      secret s = "reg"
      secret t = name
      step a { image_pull_secrets = [s, t], command = ["true"] }
    """)

    patch = json.loads(template(made, "a")["podSpecPatch"])
    assert patch["imagePullSecrets"][0] == {"name": "reg"}
    assert "workflow.parameters.name" in patch["imagePullSecrets"][1]["name"]


def test_the_store_of_a_run_holds_for_all_templates() -> None:
    made = manifest("""
      store s = gcs("b")
      artifacts = {
        store = s, prefix = "x/",
        gc = { on = "Never", labels = { a = "b" }, force = true, pod = { a = 1 } },
      }
      archive_logs = true
      step a {
        archive_logs = false
        script sh = "true"
        out f: Artifact { gc = { on = "OnWorkflowCompletion", service_account = "w" } }
      }
    """)

    assert made["spec"]["templateDefaults"]["archiveLocation"] == {
        "archiveLogs": True,
        "gcs": {"bucket": "b", "key": "x/{{workflow.name}}/{{pod.name}}"},
    }
    assert made["spec"]["artifactGC"] == {
        "strategy": "Never",
        "podMetadata": {"labels": {"a": "b"}},
        "forceFinalizerRemoval": True,
        "podSpecPatch": '{"a":1}',
    }
    own = template(made, "a")
    assert own["archiveLocation"] == {"archiveLogs": False}
    assert own["outputs"]["artifacts"][0]["artifactGC"] == {
        "strategy": "OnWorkflowCompletion",
        "serviceAccountName": "w",
    }


def test_repositories_of_the_engine() -> None:
    made = manifest('artifacts = { repository = { config = "c", key = "k" } }\nstep a { command = ["true"] }')

    assert made["spec"]["artifactRepositoryRef"] == {"configMap": "c", "key": "k"}


def test_files_of_a_place_are_filtered_and_changed_by_the_engine() -> None:
    made = manifest("""
      param end: string
      store s = s3("b", "e")
      step a = list_files(s["d"], where = ends_with(file.path, end) and file.path != "x", each = upper(file.path))
      step b for path in a.paths { command = ["echo", path] }
    """)

    assert template(made, "a")["data"] == {
        "source": {"artifactPaths": {"name": "files", "s3": {"bucket": "b", "endpoint": "e", "key": "d"}}},
        "transformation": [
            {
                "expression": (
                    "map(filter(data, # endsWith fromBase64('{{= toBase64("
                    "replace(replace(workflow.parameters.end, '$(KF_LB){', '{' + '{'), '$$', '$')) }}')"
                    " && # != 'x'), upper(#))"
                )
            }
        ],
    }


def test_only_places_of_declared_stores_are_listed() -> None:
    assert refused('step a = list_files(artifacts["d"])') == ["Argo lists a place of a declared store only"]
    assert refused('store s = s3("b")\nstep a = list_files(s[""])') == [
        "Argo takes a store without a key for the default repository"
    ]


def test_plugins_answer_with_values() -> None:
    made = manifest("""
      param n: int
      step a = plugin("slack", { text = "n is ${n}", times = [1, true] }) { out id: string }
      step b { command = ["echo", a.id] }
    """)

    own = template(made, "a")
    assert own["plugin"] == {"slack": {"text": "n is {{workflow.parameters.n}}", "times": [1, True]}}
    assert own["outputs"]["parameters"] == [{"name": "id", "valueFrom": {"supplied": {}}}]
    assert "tasks.a.outputs.parameters.id" in argument(made, "b", "a-id")


def test_one_secret_with_different_keys_is_several_volumes() -> None:
    made = manifest("""
      secret s = "x"
      volume s-2 = empty()
      step a {
        command = ["true"]
        mount = {
          "/a" = { volume = s, items = { k = "p" } }, "/b" = { volume = s, mode = "0400" }, "/c" = s-2,
          "/d" = { volume = s, items = { k = "p" }, readonly = true },
        }
      }
    """)

    own = template(made, "a")
    assert [(one["name"], one["mountPath"]) for one in own["container"]["volumeMounts"]] == [
        ("s", "/a"),
        ("s-2", "/b"),
        ("s-2-2", "/c"),
        ("s", "/d"),
    ]
    assert own["volumes"][:2] == [
        {"name": "s", "secret": {"secretName": "x", "items": [{"key": "k", "path": "p"}]}},
        {"name": "s-2", "secret": {"secretName": "x", "defaultMode": 0o400}},
    ]


def test_a_block_device_has_a_path_and_nothing_else() -> None:
    declared = 'volume d = new_claim(size = 1Gi, volume_mode = "Block")\n'
    made = manifest(declared + 'step a { command = ["true"], mount = { "/dev/x" = d } }')
    found = refused(
        declared + 'step a { command = ["true"], mount = { "/dev/x" = { volume = d, sub_path = "y" } } }'
    )

    assert template(made, "a")["container"]["volumeDevices"] == [{"name": "d", "devicePath": "/dev/x"}]
    assert "volumeMounts" not in template(made, "a")["container"]
    assert found == ["`d` is a block device, which has a path and nothing else"]


def test_a_script_of_a_shell_gets_its_files_as_arguments() -> None:
    made = manifest("""
      step a { files = { "d/a b" = "{{x}}" }, script ["bash", "-eu"] = "ls $script_dir" }
    """)

    own = template(made, "a")["container"]
    assert own["command"][:2] == ["sh", "-c"]
    assert own["command"][2].splitlines() == [
        "export script_dir=/tmp/script",
        """mkdir -p "$script_dir"/d && printf %s "$1" > "$script_dir"/'d/a b' || exit""",
        "shift",
        'exec bash -eu -c "$1"',
    ]
    assert own["args"] == ["$(KF_LB){x}}", "ls $script_dir"]


def test_a_claim_of_the_run_has_its_name_beside_its_labels() -> None:
    made = manifest("""
      volume w = new_claim(size = 1Gi, mode = ["ReadWriteOnce", "ReadOnlyMany"], labels = { a = "b" }, class = "c")
      step a { command = ["true"], mount = { "/w" = { volume = w, sub_path = "x", propagation = "None" } } }
    """)

    assert made["spec"]["volumeClaimTemplates"] == [
        {
            "metadata": {"name": "w", "labels": {"a": "b"}},
            "spec": {
                "accessModes": ["ReadWriteOnce", "ReadOnlyMany"],
                "storageClassName": "c",
                "resources": {"requests": {"storage": "1Gi"}},
            },
        }
    ]
