"""Load balancers, target groups and listeners."""

from moto.elbv2.exceptions import DuplicateListenerError, DuplicateTargetGroupName
from moto.elbv2.models import ELBv2Backend


def apply() -> None:
    create_target_group = ELBv2Backend.create_target_group
    create_listener = ELBv2Backend.create_listener
    create_load_balancer = ELBv2Backend.create_load_balancer

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

    ELBv2Backend.create_target_group = create_group
    ELBv2Backend.create_listener = listen
    ELBv2Backend.create_load_balancer = balance
