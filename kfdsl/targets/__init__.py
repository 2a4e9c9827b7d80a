"""Output formats: one package each; the only importers of jinja2."""
