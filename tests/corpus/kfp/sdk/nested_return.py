from typing import Dict, List

from kfp import dsl


@dsl.component
def nested_return() -> List[Dict[str, str]]:
    return [{"A_a": "1", "B_b": "2"}, {"A_a": "10", "B_b": "20"}]
