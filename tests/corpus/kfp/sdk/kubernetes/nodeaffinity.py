from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def print_hello_with_json_affinity():
    pass


@dsl.component(base_image="python:3.11")
def print_hello_with_preferred_affinity():
    pass


@dsl.component(base_image="python:3.11")
def print_hello_with_empty_json():
    pass


def preferred(weight: int, key: str, value: str) -> dict:
    expressions = [{"key": key, "operator": "In", "values": [value]}]
    return {"weight": weight, "preference": {"matchExpressions": expressions}}


@dsl.pipeline
def test_node_affinity():
    kubernetes.add_node_affinity_json(
        print_hello_with_json_affinity(),
        {"preferredDuringSchedulingIgnoredDuringExecution": [preferred(100, "disktype", "ssd")]},
    )
    kubernetes.add_node_affinity_json(
        print_hello_with_json_affinity(),
        {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                preferred(100, "zone", "us-west-1"),
                preferred(50, "instance-type", "n1-standard-4"),
            ]
        },
    )
    kubernetes.add_node_affinity(
        print_hello_with_preferred_affinity(),
        match_expressions=[{"key": "zone", "operator": "In", "values": ["us-west-1"]}],
        weight=50,
    )
    kubernetes.add_node_affinity_json(print_hello_with_empty_json(), {})
