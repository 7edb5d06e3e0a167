"""Security groups."""

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupRule


class Whole(list):
    """Ranges of which none is left out."""

    def remove(self, item) -> None:
        """moto takes out IPv6 where the network has none."""


def apply() -> None:
    revoke_egress = EC2Backend.revoke_security_group_egress

    def revoke(self, *, ip_ranges, **settings):
        """A rule that is there is revoked, IPv6 or not, whatever the network has:
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
        """
        return revoke_egress(self, ip_ranges=Whole(ip_ranges), **settings)

    EC2Backend.revoke_security_group_egress = revoke
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    SecurityGroupRule.group_owner_id = property(lambda rule: rule.owner_id)
