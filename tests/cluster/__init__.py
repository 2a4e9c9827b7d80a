"""Compiled pipelines on a real Kubernetes with Argo Workflows, pods included."""
