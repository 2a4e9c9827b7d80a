"""The volumes of pods: the kinds that the language names, and every other source that Kubernetes has."""

from __future__ import annotations

import re
from typing import Final

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.lower.amounts import quantity_of
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import (
    Checked,
    Shape,
    constant_int,
    constant_text,
    either,
    flag,
    is_list,
    is_map,
    list_of,
    map_of,
    record_of,
    text,
    words,
)

_ACCESS: Final = words("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_EXPRESSION: Final = record_of({"key": text, "operator": text, "values": list_of(text)}, ("key", "operator"))
_SELECTOR: Final = record_of({"matchLabels": map_of(text), "matchExpressions": list_of(_EXPRESSION)})
_CLAIM: Final[dict[str, Shape]] = {
    "size": quantity_of("disk"),
    "class": text,
    "mode": either((is_list, list_of(_ACCESS)), otherwise=_ACCESS),
    "labels": map_of(text),
    "annotations": map_of(text),
    "volume_mode": words("Filesystem", "Block"),
    "volume": text,
    "selector": _SELECTOR,
    "source": record_of({"kind": text, "name": text, "apiGroup": text, "namespace": text}, ("kind", "name")),
    "attributes_class": text,
}
VOLUMES: Final[dict[str, dict[str, Shape]]] = {
    "claim": {"name": text, "readonly": flag, "volume_mode": words("Filesystem", "Block")},
    "new_claim": _CLAIM,
    "ephemeral": _CLAIM,
    "workspace": _CLAIM,
    "empty": {"size": quantity_of("disk"), "medium": words("Memory", "HugePages", "")},
    "host": {
        "path": text,
        "type": words(
            "",
            "DirectoryOrCreate",
            "Directory",
            "FileOrCreate",
            "File",
            "Socket",
            "CharDevice",
            "BlockDevice",
        ),
    },
}
"""Arguments of the calls that declare volumes, in the order of positional ones."""
_REQUIRED: Final = {
    "claim": ("name",),
    "host": ("path",),
    "new_claim": ("size",),
    "ephemeral": ("size",),
    "workspace": ("size",),
}


def file_mode(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check the permissions of a file, as `"0644"`."""
    checked = constant_text(scope, expr)
    if isinstance(checked, ir.Literal) and not re.fullmatch("0?[0-7]{3}", str(checked.value)):
        scope.context.report(
            "invalid-value", expr.span, f"`{checked.value}` are no permissions", label='such as "0644"'
        )
    return checked


_REFERENCE: Final = record_of({"name": text}, ("name",))
_KEYS: Final = list_of(record_of({"key": text, "path": text, "mode": file_mode}, ("key", "path")))
_FIELDS_OF_POD: Final = list_of(
    record_of(
        {
            "path": text,
            "mode": file_mode,
            "fieldRef": record_of({"fieldPath": text, "apiVersion": text}, ("fieldPath",)),
            "resourceFieldRef": record_of(
                {"resource": text, "containerName": text, "divisor": quantity_of("")}, ("resource",)
            ),
        },
        ("path",),
    )
)
_KEYED: Final[dict[str, Shape]] = {"name": text, "items": _KEYS, "optional": flag}
_PROJECTED: Final = list_of(
    record_of(
        {
            "secret": record_of(_KEYED),
            "configMap": record_of(_KEYED),
            "downwardAPI": record_of({"items": _FIELDS_OF_POD}),
            "serviceAccountToken": record_of(
                {"path": text, "audience": text, "expirationSeconds": constant_int}, ("path",)
            ),
            "clusterTrustBundle": record_of(
                {
                    "path": text,
                    "name": text,
                    "signerName": text,
                    "labelSelector": _SELECTOR,
                    "optional": flag,
                },
                ("path",),
            ),
            "podCertificate": record_of(
                {
                    "signerName": text,
                    "keyType": text,
                    "certificateChainPath": text,
                    "credentialBundlePath": text,
                    "keyPath": text,
                    "maxExpirationSeconds": constant_int,
                    "userAnnotations": map_of(text),
                },
                ("signerName", "keyType"),
            ),
        }
    )
)
_SHAPES: Final[dict[str, Shape]] = {
    "chapAuthDiscovery": flag,
    "chapAuthSession": flag,
    "defaultMode": file_mode,
    "lun": constant_int,
    "monitors": list_of(text),
    "nodePublishSecretRef": _REFERENCE,
    "options": map_of(text),
    "partition": constant_int,
    "portals": list_of(text),
    "readOnly": flag,
    "secretRef": _REFERENCE,
    "sources": _PROJECTED,
    "sslEnabled": flag,
    "targetWWNs": list_of(text),
    "volumeAttributes": map_of(text),
    "wwids": list_of(text),
}
"""The shapes of fields that are no texts; one name means the same in all sources but `downwardAPI`."""
SOURCES: Final = {
    "nfs": "server! path! readOnly",
    "csi": "driver! fsType nodePublishSecretRef readOnly volumeAttributes",
    "projected": "sources! defaultMode",
    "downwardAPI": "items! defaultMode",
    "image": "reference! pullPolicy",
    "iscsi": "targetPortal! iqn! lun! chapAuthDiscovery chapAuthSession fsType initiatorName iscsiInterface "
    "portals readOnly secretRef",
    "fc": "fsType lun readOnly targetWWNs wwids",
    "awsElasticBlockStore": "volumeID! fsType partition readOnly",
    "azureDisk": "diskName! diskURI! cachingMode fsType kind readOnly",
    "azureFile": "secretName! shareName! readOnly",
    "cephfs": "monitors! path readOnly secretFile secretRef user",
    "cinder": "volumeID! fsType readOnly secretRef",
    "flexVolume": "driver! fsType options readOnly secretRef",
    "flocker": "datasetName datasetUUID",
    "gcePersistentDisk": "pdName! fsType partition readOnly",
    "gitRepo": "repository! directory revision",
    "glusterfs": "endpoints! path! readOnly",
    "photonPersistentDisk": "pdID! fsType",
    "portworxVolume": "volumeID! fsType readOnly",
    "quobyte": "registry! volume! group readOnly tenant user",
    "rbd": "image! monitors! fsType keyring pool readOnly secretRef user",
    "scaleIO": "gateway! secretRef! system! fsType protectionDomain readOnly sslEnabled storageMode storagePool "
    "volumeName",
    "storageos": "fsType readOnly secretRef volumeName volumeNamespace",
    "vsphereVolume": "volumePath! fsType storagePolicyID storagePolicyName",
}
"""Fields by source, as Kubernetes writes them; those with `!` must be given."""


def arguments(call: str) -> tuple[dict[str, Shape], tuple[str, ...]]:
    """Return the arguments of a kind of volume, and which of them must be given."""
    if call in VOLUMES:
        return VOLUMES[call], _REQUIRED.get(call, ())
    names = SOURCES[call].split()
    shapes = {**_SHAPES, "items": _FIELDS_OF_POD}
    return (
        {name.rstrip("!"): shapes.get(name.rstrip("!"), text) for name in names},
        tuple(name[:-1] for name in names if name.endswith("!")),
    )


def items(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check which keys of a secret or config are mounted, and where."""
    one = either((is_map, record_of({"path": text, "mode": file_mode}, ("path",))), otherwise=text)
    return map_of(one)(scope, expr)


MOUNT: Final[dict[str, Shape]] = {
    "readonly": flag,
    "sub_path": text,
    "items": items,
    "mode": file_mode,
    "propagation": words("None", "HostToContainer", "Bidirectional"),
}
"""How a volume is mounted, beside which one."""
