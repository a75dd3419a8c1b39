"""What a cluster is told: the documents of deploy/kubernetes, or those that a chart renders."""

from functools import cached_property
from pathlib import Path

import kubernetes_validate
import yaml

NAME = "member-verification"


class Manifests:
    """Documents by kind and name."""

    def __init__(self, documents: list[dict], settings: dict[str, str]) -> None:
        self.documents, self.settings = documents, settings

    def validate(self) -> None:
        for document in self.documents:
            kubernetes_validate.validate(document, kubernetes_validate.latest_version(),
                                         strict=True)

    def kinds(self) -> set[str]:
        return {document["kind"] for document in self.documents}

    def one(self, kind: str, name: str = NAME) -> dict:
        (found,) = [document for document in self.documents
                    if (document["kind"], document["metadata"]["name"]) == (kind, name)]
        return found

    def pod(self, name: str = NAME) -> dict:
        return self.one("Deployment", name)["spec"]["template"]

    @cached_property
    def container(self) -> dict:
        (container,) = self.pod()["spec"]["containers"]
        return container

    @cached_property
    def environment(self) -> dict[str, str]:
        own = {entry["name"]: entry["value"] for entry in self.container["env"]}
        return {**self.settings, **own}


class Kustomization(Manifests):
    """What `kubectl apply -k` would read."""

    def __init__(self, folder: Path) -> None:
        self.kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
        (made,) = self.kustomization["configMapGenerator"]
        settings = dict(
            line.split("=", 1) for name in made["envs"]
            for line in (folder / name).read_text().splitlines()
            if line and not line.startswith("#"))
        super().__init__([document for name in self.kustomization["resources"]
                          for document in yaml.safe_load_all((folder / name).read_text())],
                         settings)
        self.secrets = {secret["name"]: {Path(name).name for name in secret["files"]}
                        for secret in self.kustomization["secretGenerator"]}
