"""OpenID Connect providers."""

from moto.core.responses import EmptyResult
from moto.iam.exceptions import ValidationError
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse


def apply() -> None:
    create_provider = IAMBackend.create_open_id_connect_provider

    def create(self, url, thumbprint_list, client_id_list, tags):
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html"""
        if not url.startswith("https://"):
            raise ValidationError("Invalid Open ID Connect Provider URL")
        return create_provider(self, url, thumbprint_list, client_id_list, tags)

    def add(self):
        """Adding one that is there changes nothing:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
        """
        provider = provider_of(self)
        client = self._get_param("ClientID")
        if client not in provider.client_id_list:
            provider.client_id_list.append(client)
        return EmptyResult()

    def remove(self):
        """Removing one that is not there changes nothing:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
        """
        provider = provider_of(self)
        client = self._get_param("ClientID")
        if client in provider.client_id_list:
            provider.client_id_list.remove(client)
        return EmptyResult()

    IAMBackend.create_open_id_connect_provider = create
    IamResponse.add_client_id_to_open_id_connect_provider = add
    IamResponse.remove_client_id_from_open_id_connect_provider = remove


def provider_of(response):
    return response.backend.get_open_id_connect_provider(response._get_param("OpenIDConnectProviderArn"))
