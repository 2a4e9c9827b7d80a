from kfp import dsl


@dsl.container_component
def print_text(text: str):
    return dsl.ContainerSpec(image="alpine", command=["sh", "-c", 'set -e -x\necho "$0"\n', text])


@dsl.pipeline
def pipeline_with_after():
    first = print_text(text="1st task")
    second = print_text(text="2nd task").after(first)
    print_text(text="3rd task").after(first, second)
