"""EKS: clusters that really run, and pod identity associations."""

import json
import secrets
import string

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.exceptions import ResourceInUseException, ResourceNotFoundException
from moto.eks.models import EKSBackend, eks_backends
from moto.eks.responses import EKSResponse

ACCOUNT = "123456789012"


def register(name: str, region: str, endpoint: str, ca: str, issuer: str, version: str) -> None:
    """Puts a running cluster into the account: where it listens, its certificate
    authority in base64, and the issuer of its service account tokens, as in
    https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html; its
    network is the region's default one, as in
    https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigResponse.html
    """
    backend = eks_backends[ACCOUNT][region]
    if name not in backend.clusters:
        backend.create_cluster(
            name=name,
            version=version,
            role_arn=f"arn:aws:iam::{ACCOUNT}:role/{name}",
            resources_vpc_config=default_network(region),
        )
    cluster = backend.clusters[name]
    cluster.endpoint = endpoint
    cluster.certificate_authority = {"data": ca}
    cluster.identity = {"oidc": {"issuer": issuer}}


def default_network(region: str) -> dict:
    network = ec2_backends[ACCOUNT][region]
    subnets = network.get_default_subnets().values()
    return {
        "vpcId": network.default_vpc.id,
        "subnetIds": sorted(subnet.id for subnet in subnets),
        "securityGroupIds": [],
    }


def apply() -> None:
    associations = r"{0}/clusters/(?P<clusterName>[^/]+)/pod-identity-associations"
    urls.url_paths[associations + "$"] = EKSResponse.dispatch
    urls.url_paths[associations + "/(?P<associationId>[^/]+)$"] = EKSResponse.dispatch
    for operation in (
        create_pod_identity_association,
        describe_pod_identity_association,
        update_pod_identity_association,
        delete_pod_identity_association,
        list_pod_identity_associations,
    ):
        setattr(EKSResponse, operation.__name__, operation)
    EKSBackend.tag_resource = tag_association(EKSBackend.tag_resource)
    EKSBackend.untag_resource = untag_association(EKSBackend.untag_resource)


def create_pod_identity_association(self) -> ActionResult:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html"""
    settings = json.loads(self.body)
    cluster, known = associations_of(self)
    place = (settings["namespace"], settings["serviceAccount"])
    if any((a["namespace"], a["serviceAccount"]) == place for a in known.values()):
        raise ResourceInUseException(message="Association already exists: " + "/".join(place))
    identifier = "a-" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(17))
    now = utcnow().timestamp()
    known[identifier] = {
        "clusterName": cluster.name,
        "namespace": settings["namespace"],
        "serviceAccount": settings["serviceAccount"],
        "roleArn": settings["roleArn"],
        "associationArn": f"arn:aws:eks:{self.region}:{self.current_account}:podidentityassociation/{cluster.name}/{identifier}",
        "associationId": identifier,
        "tags": settings.get("tags", {}),
        "disableSessionTags": settings.get("disableSessionTags", False),
        "createdAt": now,
        "modifiedAt": now,
    }
    if target := settings.get("targetRoleArn"):
        known[identifier]["targetRoleArn"] = target
    return ActionResult({"association": known[identifier]})


def describe_pod_identity_association(self) -> ActionResult:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribePodIdentityAssociation.html"""
    return ActionResult({"association": association_of(self)})


def update_pod_identity_association(self) -> ActionResult:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdatePodIdentityAssociation.html"""
    association = association_of(self)
    settings = json.loads(self.body)
    for name in ("roleArn", "disableSessionTags", "targetRoleArn"):
        if name in settings:
            association[name] = settings[name]
    association["modifiedAt"] = utcnow().timestamp()
    return ActionResult({"association": association})


def delete_pod_identity_association(self) -> ActionResult:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeletePodIdentityAssociation.html"""
    association = association_of(self)
    del associations_of(self)[1][association["associationId"]]
    return ActionResult({"association": association})


def tag_association(tag_resource):
    """Associations have tags as clusters do:
    https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html
    """

    def tag(self, resource_arn, tags):
        association = association_by_arn(self, resource_arn)
        if association is None:
            return tag_resource(self, resource_arn, tags)
        association["tags"] = {**association["tags"], **tags}

    return tag


def untag_association(untag_resource):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UntagResource.html"""

    def untag(self, resource_arn, tag_keys):
        association = association_by_arn(self, resource_arn)
        if association is None:
            return untag_resource(self, resource_arn, tag_keys)
        keys = tag_keys if isinstance(tag_keys, list) else [tag_keys]
        association["tags"] = {key: value for key, value in association["tags"].items() if key not in keys}

    return untag


def association_by_arn(backend, arn):
    for cluster in backend.clusters.values():
        for association in getattr(cluster, "pod_identity_associations", {}).values():
            if association["associationArn"] == arn:
                return association
    return None


def list_pod_identity_associations(self) -> ActionResult:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListPodIdentityAssociations.html"""
    _, known = associations_of(self)
    summary = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
    wanted = {name: self._get_param(name) for name in ("namespace", "serviceAccount")}
    found = [
        {name: association[name] for name in summary}
        for association in known.values()
        if all(value in (None, association[name]) for name, value in wanted.items())
    ]
    return ActionResult({"associations": found})


def associations_of(response):
    """The cluster a request names, and its associations by their ID."""
    cluster = response.eks_backend.describe_cluster(response.uri_match["name"])
    if not hasattr(cluster, "pod_identity_associations"):
        cluster.pod_identity_associations = {}
    return cluster, cluster.pod_identity_associations


def association_of(response):
    _, known = associations_of(response)
    identifier = response.uri_match["associationId"]
    if identifier not in known:
        raise ResourceNotFoundException(message=f"No pod identity association found with ID: {identifier}")
    return known[identifier]

