"""Target groups and listeners."""

from moto.elbv2.exceptions import DuplicateListenerError, DuplicateTargetGroupName
from moto.elbv2.models import ELBv2Backend


def apply() -> None:
    create_target_group = ELBv2Backend.create_target_group
    create_listener = ELBv2Backend.create_listener

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
