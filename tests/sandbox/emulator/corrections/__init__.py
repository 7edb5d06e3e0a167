"""What moto answers otherwise than AWS does, put right.

One service, one file. Every correction cites the documentation of the answer
it gives, and goes away when moto gives it.
"""

from . import cloudtrail, ec2, eks, elbv2, iam_oidc, iam_policies, iam_roles, s3


def apply() -> None:
    """Puts all of them in force."""
    for part in (iam_policies, iam_roles, iam_oidc, elbv2, ec2, eks, s3, cloudtrail):
        part.apply()
