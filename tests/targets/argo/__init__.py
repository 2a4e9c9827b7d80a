"""Tests of the target for Argo Workflows."""
