"""Roles."""

from moto.core.responses import EmptyResult
from moto.iam.exceptions import NotFoundException, ValidationError
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.iam.responses import IamResponse


def apply() -> None:
    create_role = IAMBackend.create_role
    remove_role = IAMBackend.remove_role_from_instance_profile

    def create(self, role_name, assume_role_policy_document, *rest, **named):
        """The trust policy is checked on creation as it is on change:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
        """
        IAMTrustPolicyDocumentValidator(assume_role_policy_document).validate()
        return create_role(self, role_name, assume_role_policy_document, *rest, **named)

    def update(self):
        """What is not given stays as it is:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
        """
        role = self.backend.get_role(self._get_param("RoleName"))
        duration = self._get_param("MaxSessionDuration")
        if duration is not None and not 3600 <= int(duration) <= 43200:
            raise ValidationError(
                f"1 validation error detected: Value '{duration}' at 'maxSessionDuration' failed to satisfy "
                "constraint: Member must have value between 3600 and 43200",
            )
        description = self._get_param("Description")
        self.backend.update_role(
            role.name,
            role.description if description is None else description,
            role.max_session_duration if duration is None else int(duration),
        )
        return EmptyResult()

    def remove(self, profile_name, role_name):
        """A role that is not in the profile is missing:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
        """
        if all(role.name != role_name for role in self.get_instance_profile(profile_name).roles):
            raise NotFoundException(f"Role {role_name} is not associated with the instance profile {profile_name}.")
        return remove_role(self, profile_name, role_name)

    IAMBackend.create_role = create
    IAMBackend.remove_role_from_instance_profile = remove
    IamResponse.update_role = update
