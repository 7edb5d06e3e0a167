"""Managed policies."""

from moto.iam.exceptions import DeleteConflictException, EntityAlreadyExists, LimitExceededException
from moto.iam.models import IAMBackend

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LONGEST_DOCUMENT = 6144
MOST_ATTACHMENTS = 10


def apply() -> None:
    create_policy = IAMBackend.create_policy
    create_policy_version = IAMBackend.create_policy_version
    attach_role_policy = IAMBackend.attach_role_policy

    def create(self, description, path, policy_document, policy_name, tags):
        """Names are unique in an account, whatever their path or case:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
        """
        own = (p for p in self.managed_policies.values() if f":{self.account_id}:" in p.arn)
        if any(p.name.lower() == policy_name.lower() for p in own):
            raise EntityAlreadyExists(f"A policy called {policy_name} already exists. Duplicate names are not allowed.")
        refuse_long(policy_document)
        return create_policy(self, description, path, policy_document, policy_name, tags)

    def create_version(self, policy_arn, policy_document, set_as_default):
        refuse_long(policy_document)
        return create_policy_version(self, policy_arn, policy_document, set_as_default)

    def delete(self, policy_arn):
        """A policy must be detached, and its other versions deleted, first:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
        """
        policy = self.get_policy(policy_arn)
        if policy.attachment_count > 0:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must delete "
                "the policy's versions. The default version is deleted with the policy.",
            )
        del self.managed_policies[policy.arn]

    def attach(self, policy_arn, role_name):
        """Attaching one that is attached changes nothing, its count of attachments neither:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
        """
        attached = self.get_role(role_name).managed_policies
        if policy_arn in attached:
            return None
        if len(attached) >= MOST_ATTACHMENTS:
            raise LimitExceededException(f"Cannot exceed quota for PoliciesPerRole: {MOST_ATTACHMENTS}")
        return attach_role_policy(self, policy_arn, role_name)

    IAMBackend.create_policy = create
    IAMBackend.create_policy_version = create_version
    IAMBackend.delete_policy = delete
    IAMBackend.attach_role_policy = attach


def refuse_long(document: str) -> None:
    """White space does not count:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    if len("".join(document.split())) > LONGEST_DOCUMENT:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {LONGEST_DOCUMENT}")
