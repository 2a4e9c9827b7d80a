from typing import Dict, List

from kfp import dsl


@dsl.component
def print_text(msg: str):
    print(msg)


@dsl.component
def print_int(x: int):
    print(x)


@dsl.component
def list_dict_maker_0() -> List[Dict[str, int]]:
    return [{"a": 1, "b": 2}, {"a": 2, "b": 3}, {"a": 3, "b": 4}]


@dsl.component
def list_dict_maker_1() -> List[Dict]:
    return [{"a": 1, "b": 2}, {"a": 2, "b": 3}, {"a": 3, "b": 4}]


@dsl.component
def list_dict_maker_2() -> List[dict]:
    return [{"a": 1, "b": 2}, {"a": 2, "b": 3}, {"a": 3, "b": 4}]


@dsl.component
def list_dict_maker_3() -> List:
    return [{"a": 1, "b": 2}, {"a": 2, "b": 3}, {"a": 3, "b": 4}]


@dsl.pipeline
def pipeline_with_loops(loop_parameter: List[str]):
    with dsl.ParallelFor(loop_parameter, parallelism=2) as item:
        print_text(msg=item)
        with dsl.ParallelFor(loop_parameter) as inner:
            print_text(msg=inner)
    with dsl.ParallelFor([{"A_a": "1", "B_b": "2"}, {"A_a": "10", "B_b": "20"}]) as item:
        print_text(msg=item.A_a)
        print_text(msg=item.B_b)
        with dsl.ParallelFor(
            [{"A_a": "10", "B_b": "20"}, {"A_a": "100", "B_b": "200"}], parallelism=1
        ) as inner:
            print_text(msg=inner.A_a)
            print_text(msg=inner.B_b)
    with dsl.ParallelFor([{"a": 1, "b": 2}, {"a": 2, "b": 3}, {"a": 3, "b": 4}], parallelism=1) as row:
        print_int(x=row.a)
    with dsl.ParallelFor(list_dict_maker_0().output) as row:
        print_int(x=row.a)
    with dsl.ParallelFor(list_dict_maker_1().output) as row:
        print_int(x=row.a)
    with dsl.ParallelFor(list_dict_maker_2().output) as row:
        print_int(x=row.a)
    with dsl.ParallelFor(list_dict_maker_3().output) as row:
        print_int(x=row.a)
    with dsl.ParallelFor(list_dict_maker_1().output) as row:
        print_int(x=row.a)
