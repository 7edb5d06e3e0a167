"""What others do to the demo's account and cluster, and what is left there.

prepare  makes a load balancer with a listener and prints its ARN as JSON
edit     scales Grafana, as somebody with kubectl would, and says so
left     prints what is there that a stack may have made, one object a line

Where account and cluster are is said by AWS's variables and KUBECONFIG.
"""

import base64
import json
import os
import ssl
import sys
import urllib.error
import urllib.request

import boto3
import yaml

NAMESPACE = "monitoring"


def prepare() -> None:
    network = boto3.client("ec2")
    subnets = network.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    balancing = boto3.client("elbv2")
    balancer = balancing.create_load_balancer(
        Name="main", Subnets=[subnet["SubnetId"] for subnet in subnets[:2]]
    )["LoadBalancers"][0]
    listener = balancing.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]
    print(json.dumps({"listener_arn": listener["ListenerArn"]}))


def edit() -> None:
    cluster = Cluster()
    deployments = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
    name = next(
        item["metadata"]["name"]
        for item in cluster.get(deployments)["items"]
        if item["metadata"]["name"].endswith("grafana")
    )
    patch = {"spec": {"replicas": 3}}
    cluster.merge(f"{deployments}/{name}?fieldManager=kubectl-scale", patch)
    print(f"kubectl scale deployment/{name} --replicas=3 --namespace {NAMESPACE}")


def left() -> None:
    for line in [*left_in_account(), *left_in_cluster()]:
        print(line)


def left_in_account():
    identities = boto3.client("iam")
    yield from (f"policy {p['PolicyName']}" for p in identities.list_policies(Scope="Local")["Policies"])
    yield from (f"role {r['RoleName']}" for r in identities.list_roles()["Roles"])
    providers = identities.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    yield from (f"identity provider {p['Arn']}" for p in providers)
    yield from (f"bucket {b['Name']}" for b in boto3.client("s3").list_buckets()["Buckets"])
    balancing = boto3.client("elbv2")
    groups = balancing.describe_target_groups()["TargetGroups"]
    yield from (f"target group {g['TargetGroupName']}" for g in groups)
    for balancer in balancing.describe_load_balancers()["LoadBalancers"]:
        for listener in balancing.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            rules = balancing.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
            yield from (f"listener rule {r['RuleArn']}" for r in rules if not r["IsDefault"])


def left_in_cluster():
    cluster = Cluster()
    if cluster.get(f"/api/v1/namespaces/{NAMESPACE}") is not None:
        yield f"namespace {NAMESPACE}"
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    for kind in ("clusterroles", "clusterrolebindings"):
        items = cluster.get(f"{rbac}/{kind}?labelSelector=app.kubernetes.io/managed-by%3DHelm")["items"]
        yield from (f"{kind[:-1]} {item['metadata']['name']}" for item in items)


class Cluster:
    """The cluster of the current context."""

    def __init__(self):
        with open(os.environ["KUBECONFIG"]) as file:
            config = yaml.safe_load(file)
        self.server = config["clusters"][0]["cluster"]["server"]
        authority = config["clusters"][0]["cluster"]["certificate-authority-data"]
        self.token = config["users"][0]["user"]["token"]
        self.tls = ssl.create_default_context(cadata=base64.b64decode(authority).decode())

    def get(self, path):
        try:
            return self.ask(urllib.request.Request(self.server + path))
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def merge(self, path, patch):
        headers = {"Content-Type": "application/merge-patch+json"}
        body = json.dumps(patch).encode()
        return self.ask(urllib.request.Request(self.server + path, body, headers, method="PATCH"))

    def ask(self, request):
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, context=self.tls) as answer:
            return json.load(answer)


if __name__ == "__main__":
    {"prepare": prepare, "edit": edit, "left": left}[sys.argv[1]]()
