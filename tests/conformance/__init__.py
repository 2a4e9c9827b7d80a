"""The same pipelines and the same expectations on both engines."""
