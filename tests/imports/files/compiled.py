"""The components and pipelines of the compiled files of this folder; `python compiled.py` with kfp 2.17 writes them.

No test runs it: kfp is no dependency of kfdsl.
"""

from kfp import compiler, dsl, kubernetes
from kfp.dsl import Dataset, Input, Model, Output, OutputPath


@dsl.container_component
def fit(
    data: Input[Dataset],
    model: Output[Model],
    score: OutputPath(float),
    epochs: int = 3,
    label: str | None = None,
    note: str = "1e3",
    tags: list[str] = ["y", "0o7"],
    options: dict[str, float] = {"depth": 4, "rate": 0.5},
    fast: bool = True,
):
    """Fits a model.

    Args:
        data: Rows, one a line.
    """
    return dsl.ContainerSpec(
        image="alpine:3.20",
        command=["sh", "-c", 'echo "$0" "$@"'],
        args=[
            "--epochs",
            epochs,
            data.path,
            model.path,
            dsl.IfPresentPlaceholder("label", then=["--label", label], else_=["--no-label"]),
            dsl.ConcatPlaceholder(["p-", note, "-x"]),
            f"n={note}",
            f"t={tags}",
            score,
            options,
            fast,
        ],
    )


@dsl.component(base_image="python:3.12")
def add(a: int, b: int = 2) -> int:
    return a + b


@dsl.container_component
def say(text: str, said: OutputPath(str)):
    return dsl.ContainerSpec(
        image="alpine:3.20",
        command=["sh", "-c", 'mkdir -p "$(dirname "$1")"; echo "$0" | tee "$1"'],
        args=[text, said],
    )


@dsl.pipeline(description="Says two things.")
def talk(who: str = "world", loud: bool = False) -> str:
    first = say(text=f"hello {who}")
    second = say(text=first.outputs["said"]).set_caching_options(False).set_retry(2, "10s", 2.0, "1m")
    second.set_display_name("Second one")
    third = say(text="third").after(first)
    third.set_cpu_request("500m").set_cpu_limit("1").set_memory_limit("1Gi").set_env_variable("LEVEL", "1e3")
    third.set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(1)
    kubernetes.use_secret_as_env(third, "creds", {"user": "DB_USER"})
    kubernetes.use_config_map_as_env(third, "settings", {"level": "APP_LEVEL"})
    kubernetes.use_secret_as_volume(third, "creds", "/creds")
    kubernetes.mount_pvc(third, "rows", "/rows")
    kubernetes.empty_dir_mount(third, "scratch", "/scratch", size_limit="1Gi")
    kubernetes.use_field_path_as_env(third, "POD", "metadata.name")
    kubernetes.set_image_pull_policy(third, "IfNotPresent")
    kubernetes.set_image_pull_secrets(third, ["registry"])
    kubernetes.add_node_selector(third, "disk", "ssd")
    kubernetes.add_toleration(third, key="gpu", operator="Exists", effect="NoSchedule")
    kubernetes.add_pod_label(third, "team", "ml")
    kubernetes.add_pod_annotation(third, "on", "yes")
    kubernetes.set_timeout(third, 90)
    kubernetes.set_security_context(third, run_as_user=1000, run_as_non_root=True)
    return second.outputs["said"]


@dsl.pipeline
def choose(flag: bool):
    with dsl.If(flag == True):  # noqa: E712  # what the SDK compiles
        say(text="yes")
    with dsl.ParallelFor(["a", "b"]) as one:
        say(text=one)


if __name__ == "__main__":
    for what in (fit, add, talk, choose):
        compiler.Compiler().compile(what, f"{what.name}.yaml")
