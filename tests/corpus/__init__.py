"""Ports of the Argo project's examples, compared with the originals."""
