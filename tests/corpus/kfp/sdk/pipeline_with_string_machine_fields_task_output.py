from kfp import dsl


@dsl.component
def cpu_limit() -> str:
    return "4000m"


@dsl.component
def memory_limit() -> str:
    return "15G"


@dsl.component
def accelerator_type() -> str:
    return "NVIDIA_TESLA_P4"


@dsl.component
def accelerator_limit() -> str:
    return "1"


@dsl.component
def sum_numbers(a: int, b: int) -> int:
    return a + b


@dsl.pipeline
def pipeline():
    total = sum_numbers(a=1, b=2).set_cpu_limit(cpu_limit().output).set_memory_limit(memory_limit().output)
    total.set_accelerator_type(accelerator_type().output).set_accelerator_limit(accelerator_limit().output)
