"""Fields that not every version of Argo has: what a manifest may say depends on the version it is for."""

from __future__ import annotations

from typing import Final

FIRST: Final = {
    "artifacts.plugin": "4.0",
    "archiveLocation.plugin": "4.0",
    "artifactPaths.plugin": "4.0",
    "http.saveStreamViaFile": "4.1",
    "s3.addressingStyle": "4.1",
    "sources.podCertificate": "4.1",
    "valueFrom.fileKeyRef": "4.1",
    "executorPlugins": "4.1",
    "pendingTimeout": "4.1",
    "podResources": "4.1",
    "resourceClaims": "4.1",
    "restartPolicyRules": "4.1",
}
"""The first version by field; with the field around it where its own name stands elsewhere too.

Compared with the full CRDs of 3.7.18; all other fields that are in those of 4.1 are in them.
"""
