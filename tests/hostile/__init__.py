"""Names and values that were chosen to break a compiler to YAML, Argo and shells."""
