"""Load balancers, target groups and listeners."""

from moto.elbv2.exceptions import DuplicateListenerError, DuplicateTargetGroupName
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response


def apply() -> None:
    create_target_group = ELBv2Backend.create_target_group
    create_listener = ELBv2Backend.create_listener
    create_load_balancer = ELBv2Backend.create_load_balancer
    answer_change = ELBV2Response.modify_listener
    modify_listener = ELBv2Backend.modify_listener

    def balance(self, name, security_groups, *rest, loadbalancer_type=None, **named):
        """The kind of a load balancer is in its ARN, and in those of its listeners:
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
        """
        balancer = create_load_balancer(
            self, name, security_groups, *rest, loadbalancer_type=loadbalancer_type, **named
        )
        kind = {"network": "net", "gateway": "gwy"}.get(loadbalancer_type)
        if kind:
            tags = self.tagging_service.get_tag_dict_for_resource(balancer.arn)
            self.tagging_service.delete_all_tags_for_resource(balancer.arn)
            del self.load_balancers[balancer.arn]
            balancer.arn = balancer.arn.replace(":loadbalancer/app/", f":loadbalancer/{kind}/")
            self.load_balancers[balancer.arn] = balancer
            self.tagging_service.tag_resource(
                balancer.arn, [{"Key": key, "Value": value} for key, value in tags.items()]
            )
        return balancer

    def create_group(self, name, **settings):
        """Creating one again with the same settings answers the one there is:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
        """
        asked = {**settings, "tags": None}
        for group in self.target_groups.values():
            if group.name == name:
                if getattr(group, "asked", None) == asked:
                    return group
                raise DuplicateTargetGroupName()
        group = create_target_group(self, name, **settings)
        group.asked = asked
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
        if group.protocol in ("HTTP", "HTTPS"):
            group.attributes.setdefault("stickiness.lb_cookie.duration_seconds", "86400")
        return group

    def listen(self, load_balancer_arn, protocol, port, *rest, **named):
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html"""
        balancer = self.load_balancers.get(load_balancer_arn)
        if balancer and any(str(other.port) == str(port) for other in balancer.listeners.values()):
            raise DuplicateListenerError()
        return create_listener(self, load_balancer_arn, protocol, port, *rest, **named)

    def change(self, arn, port=None, protocol=None, ssl_policy=None, certificates=None, actions=None):
        """Listeners of network load balancers change, too:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html
        """
        of_network = protocol in ("TLS", "UDP", "TCP_UDP")
        plain = None if of_network else protocol
        listener = modify_listener(self, arn, port, plain, ssl_policy, certificates, actions)
        if of_network:
            listener.protocol = protocol
        if protocol == "TLS" and certificates:
            listener.certificates = [certificate["CertificateArn"] for certificate in certificates]
            listener.certificate = listener.certificates[0]
        return listener

    def with_alpn(self):
        """The protocols that clients choose from are changed, too (the same page)."""
        answer = answer_change(self)
        protocols = self._get_param("AlpnPolicy")
        if protocols:
            for listener in answer.result["Listeners"]:
                listener.alpn_policy = protocols
        return answer

    ELBV2Response.modify_listener = with_alpn
    ELBv2Backend.modify_listener = change
    ELBv2Backend.create_target_group = create_group
    ELBv2Backend.create_listener = listen
    ELBv2Backend.create_load_balancer = balance
