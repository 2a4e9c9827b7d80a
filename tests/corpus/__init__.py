"""Ports of the Argo project's examples and of Kubeflow's golden files, compared with the originals."""
