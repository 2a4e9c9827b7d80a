from kfp import dsl


@dsl.component
def sum_numbers(a: int, b: int) -> int:
    return a + b


@dsl.pipeline
def pipeline(
    cpu_limit: str = "4000m",
    memory_limit: str = "15G",
    accelerator_type: str = "NVIDIA_TESLA_P4",
    accelerator_limit: str = "1",
):
    total = sum_numbers(a=1, b=2).set_cpu_limit(cpu_limit).set_memory_limit(memory_limit)
    total.set_accelerator_type(accelerator_type).set_accelerator_limit(accelerator_limit)
