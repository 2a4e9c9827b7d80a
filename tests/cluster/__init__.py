"""Compiled pipelines on a real Kubernetes with Argo Workflows, pods included.

Set `KFDSL_TEST_KUBECONFIG` to the kubeconfig of a cluster; the tests make a namespace of their own there.
A case is `cases/NAME.pipe` with `cases/NAME.expect.yaml`, whose words are those of `expectation.Expectation`;
`raw/` has the same for manifests, to try the harness itself.
All cases that were asked for start at once, so one waits for the slowest, not for the sum.
"""
