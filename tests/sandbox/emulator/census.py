"""How many objects of one of Terraform's types there are, for tests that must
not find two where there should be one."""

from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends

ACCOUNT = "123456789012"


def names(region: str, kind: str):
    """What tells the objects of a type apart: names, or else descriptions or
    tags. None where the type is not known here."""
    iam = iam_backends[ACCOUNT]["aws"]
    elb = elbv2_backends[ACCOUNT][region]
    ec2 = ec2_backends[ACCOUNT][region]
    clusters = eks_backends[ACCOUNT][region].clusters.values()
    listeners = [listener for balancer in elb.load_balancers.values() for listener in balancer.listeners.values()]
    groups = [group for of_vpc in ec2.groups.values() for group in of_vpc.values()]
    known = {
        "aws_iam_role": lambda: [role.name for role in iam.roles.values()],
        "aws_iam_policy": lambda: [policy.name for policy in iam.managed_policies.values()],
        "aws_iam_instance_profile": lambda: [profile.name for profile in iam.instance_profiles.values()],
        "aws_iam_openid_connect_provider": lambda: list(iam.open_id_providers),
        "aws_iam_role_policy": lambda: [name for role in iam.roles.values() for name in role.policies],
        "aws_lb": lambda: [balancer.name + tags_of(elb, balancer) for balancer in elb.load_balancers.values()],
        "aws_lb_target_group": lambda: [group.name + tags_of(elb, group) for group in elb.target_groups.values()],
        "aws_lb_listener": lambda: [tags_of(elb, listener) for listener in listeners],
        "aws_lb_listener_rule": lambda: [tags_of(elb, rule) for listener in listeners for rule in listener.rules.values()],
        "aws_security_group": lambda: [group.name for group in groups],
        "aws_s3_bucket": lambda: list(s3_backends[ACCOUNT]["aws"].buckets),
        "aws_eks_pod_identity_association": lambda: [
            association["namespace"]
            for cluster in clusters
            for association in getattr(cluster, "pod_identity_associations", {}).values()
        ],
    }
    found = known.get(kind.replace("aws_alb", "aws_lb", 1))
    return found and found()


def tags_of(elb, thing) -> str:
    return str(elb.tagging_service.get_tag_dict_for_resource(thing.arn))


def count(region: str, kind: str, unique: str):
    """Those with a text in them; None where nobody can tell."""
    found = names(region, kind)
    return None if found is None else sum(unique in name for name in found)


def network(region: str):
    """The network every account begins with."""
    ec2 = ec2_backends[ACCOUNT][region]
    vpc = ec2.get_default_vpc()
    subnets = ec2.get_default_subnets().values()
    return {"vpc": vpc.id, "subnets": sorted(subnet.id for subnet in subnets)}
