from kfp import dsl, kubernetes


@dsl.container_component
def train(epochs: int, model: dsl.Output[dsl.Model]):
    return dsl.ContainerSpec(
        image="ghcr.io/acme/torch:2.5.1",
        command=["python", "-m", "train", "--epochs", epochs, "--model", model.path],
    )


@dsl.pipeline
def gpu_training(epochs: int = 10):
    """Trains on a GPU that others share: what it needs, where it runs, and what happens when it fails."""
    task = train(epochs=epochs)
    task.set_cpu_request("4").set_cpu_limit("8")
    task.set_memory_request("16Gi").set_memory_limit("32Gi")
    task.set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(1)
    task.set_env_variable("OMP_NUM_THREADS", "4")
    task.set_retry(2, backoff_duration="60s", backoff_factor=2.0, backoff_max_duration="600s")
    task.set_caching_options(False)
    kubernetes.add_node_selector(task, "gpu.acme.com/model", "a100")
    kubernetes.add_toleration(task, key="gpu", operator="Exists", effect="NoSchedule")
    kubernetes.use_secret_as_env(task, "experiment-tracking", {"token": "TRACKING_TOKEN"})
    kubernetes.add_pod_label(task, "team", "forecast")
    kubernetes.set_timeout(task, 21600)
