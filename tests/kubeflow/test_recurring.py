"""A recurring run is what the client of the server's API sends."""

from __future__ import annotations

import json

import pytest

from kfdsl import compile_text

from . import oracles

PROGRAM = """edition 2026

pipeline nightly {
  param day: string = "today"
  schedule        = { cron = ["0 3 * * *", "@every 90m"], concurrency = "Forbid", suspended = true }
  service_account = "runner"
  namespace       = "ml"
  step x { image = "busybox:1.36", command = ["echo", day], labels = { team = "a" } }
}
"""

READ = """
import json, sys
from google.protobuf import json_format
from kfp.pipeline_spec import pipeline_spec_pb2
from kfp_server_api import ApiClient
text, decoder, said = sys.stdin.read(), json.JSONDecoder(), []
while text:
    body, end = decoder.raw_decode(text)
    class Response:
        data = json.dumps(body)
    run = ApiClient().deserialize(Response, "V2beta1RecurringRun")
    json_format.ParseDict(run.pipeline_spec["pipeline_spec"], pipeline_spec_pb2.PipelineSpec())
    json_format.ParseDict(run.pipeline_spec["platform_spec"], pipeline_spec_pb2.PlatformSpec())
    trigger = run.trigger.cron_schedule or run.trigger.periodic_schedule
    said.append([sorted(set(body) - set(run.attribute_map.values())), run.mode, run.max_concurrency,
                 getattr(trigger, "cron", None), getattr(trigger, "interval_second", None)])
    text = text[end:].lstrip()
print("\\n" + json.dumps(said))
"""


@pytest.mark.skipif(bool(oracles.NO_KFP), reason=oracles.NO_KFP)
def test_the_client_reads_every_field() -> None:
    made = compile_text(PROGRAM, target="kfp", kind="recurring-run")
    assert made.diagnostics == ()

    said = json.loads(oracles.python(READ, made.text).splitlines()[-1])

    assert said == [[[], "DISABLE", "1", "0 0 3 * * *", None], [[], "DISABLE", "1", None, "5400"]]
