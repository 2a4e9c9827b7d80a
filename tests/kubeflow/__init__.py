"""A model of the engine of Kubeflow Pipelines: what its open-source backend does with an IR, in some modules.

It follows kubeflow/pipelines 2.17 (`backend/src/v2`: driver, launcher, Argo compiler, metadata client) and the
rules of Argo that these rely on; what the backend does wrong, the model does wrong too. It never starts a
container of its own: a test gives what containers do (`containers.Stubs`) or runs their argv (`containers.Local`).
"""
