"""The corrections, as boto3 sees them."""

import json
import os
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
    }
)
REGION = "eu-central-1"


class Corrections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        command = [sys.executable, "serve.py", "--lifeline", "--log", os.devnull]
        cls.process = subprocess.Popen(
            command, cwd=Path(__file__).parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        cls.endpoint = json.loads(cls.process.stdout.readline())["endpoint"]

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.wait(10)
        cls.process.stdout.close()

    def client(self, service):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def test_attaching_twice_counts_once(self):
        iam = self.client("iam")
        arn = iam.create_policy(PolicyName="twice", PolicyDocument=POLICY)["Policy"]["Arn"]
        iam.create_role(RoleName="twice", AssumeRolePolicyDocument=TRUST)
        for _ in range(2):
            iam.attach_role_policy(RoleName="twice", PolicyArn=arn)
        iam.detach_role_policy(RoleName="twice", PolicyArn=arn)
        iam.delete_policy(PolicyArn=arn)

    def test_egress_of_ipv6_is_revoked(self):
        ec2 = self.client("ec2")
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        group = ec2.create_security_group(GroupName="six", Description="d", VpcId=vpc)["GroupId"]
        rule = {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[rule])
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[rule])
        left = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
        self.assertEqual([ranges for rule in left for ranges in rule["Ipv6Ranges"]], [])

    def test_rules_say_whose_group_they_are_of(self):
        ec2 = self.client("ec2")
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        group = ec2.create_security_group(GroupName="owned", Description="d", VpcId=vpc)["GroupId"]
        only = {"Filters": [{"Name": "group-id", "Values": [group]}]}
        rules = ec2.describe_security_group_rules(**only)["SecurityGroupRules"]
        self.assertEqual([rule["GroupOwnerId"] for rule in rules], ["123456789012"])

    def test_pod_identity_associations_have_tags(self):
        eks, iam = self.client("eks"), self.client("iam")
        role = iam.create_role(RoleName="pods", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        eks.create_cluster(name="tagged", roleArn=role, resourcesVpcConfig={})
        place = {"clusterName": "tagged", "namespace": "n", "serviceAccount": "s"}
        made = eks.create_pod_identity_association(roleArn=role, tags={"a": "b"}, **place)["association"]
        eks.tag_resource(resourceArn=made["associationArn"], tags={"c": "d"})
        eks.untag_resource(resourceArn=made["associationArn"], tagKeys=["a"])
        named = {"clusterName": "tagged", "associationId": made["associationId"]}
        told = eks.describe_pod_identity_association(**named)["association"]
        self.assertEqual(told["tags"], {"c": "d"})

    def test_attached_policy_is_not_deleted(self):
        iam = self.client("iam")
        arn = iam.create_policy(PolicyName="attached", PolicyDocument=POLICY)["Policy"]["Arn"]
        iam.create_role(RoleName="holder", AssumeRolePolicyDocument=TRUST)
        iam.attach_role_policy(RoleName="holder", PolicyArn=arn)
        self.refused("DeleteConflict", iam.delete_policy, PolicyArn=arn)
        iam.detach_role_policy(RoleName="holder", PolicyArn=arn)
        iam.delete_policy(PolicyArn=arn)

    def test_policy_with_versions_is_not_deleted(self):
        iam = self.client("iam")
        arn = iam.create_policy(PolicyName="versions", PolicyDocument=POLICY)["Policy"]["Arn"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=POLICY, SetAsDefault=True)
        self.refused("DeleteConflict", iam.delete_policy, PolicyArn=arn)

    def test_policy_names_are_unique_in_any_case_and_path(self):
        iam = self.client("iam")
        iam.create_policy(PolicyName="Unique", PolicyDocument=POLICY)
        self.refused(
            "EntityAlreadyExists", iam.create_policy, PolicyName="unique", Path="/other/", PolicyDocument=POLICY
        )

    def test_long_policies_are_refused(self):
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + "x" * 6144}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.refused(
            "LimitExceeded", self.client("iam").create_policy, PolicyName="long", PolicyDocument=document
        )

    def test_trust_policies_are_checked(self):
        self.refused(
            "MalformedPolicyDocument",
            self.client("iam").create_role,
            RoleName="malformed",
            AssumeRolePolicyDocument="{bad",
        )

    def test_update_role_keeps_the_description(self):
        iam = self.client("iam")
        iam.create_role(RoleName="described", AssumeRolePolicyDocument=TRUST, Description="kept")
        iam.update_role(RoleName="described", MaxSessionDuration=7200)
        role = iam.get_role(RoleName="described")["Role"]
        self.assertEqual((role["Description"], role["MaxSessionDuration"]), ("kept", 7200))

    def test_a_role_is_taken_out_of_a_profile_once(self):
        iam = self.client("iam")
        iam.create_role(RoleName="profiled", AssumeRolePolicyDocument=TRUST)
        place = {"InstanceProfileName": "profile", "RoleName": "profiled"}
        iam.create_instance_profile(InstanceProfileName="profile")
        iam.add_role_to_instance_profile(**place)
        iam.remove_role_from_instance_profile(**place)
        self.refused("NoSuchEntity", iam.remove_role_from_instance_profile, **place)

    def test_client_ids_of_identity_providers(self):
        iam = self.client("iam")
        provider = iam.create_open_id_connect_provider(Url="https://oidc.example.com", ClientIDList=["one"])
        arn = {"OpenIDConnectProviderArn": provider["OpenIDConnectProviderArn"]}
        iam.add_client_id_to_open_id_connect_provider(ClientID="two", **arn)
        iam.add_client_id_to_open_id_connect_provider(ClientID="two", **arn)
        iam.remove_client_id_from_open_id_connect_provider(ClientID="one", **arn)
        iam.remove_client_id_from_open_id_connect_provider(ClientID="none", **arn)
        self.assertEqual(iam.get_open_id_connect_provider(**arn)["ClientIDList"], ["two"])

    def test_target_groups_are_created_idempotently(self):
        elb = self.client("elbv2")
        vpc = self.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        settings = {"Name": "again", "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"}
        first = elb.create_target_group(**settings)["TargetGroups"][0]["TargetGroupArn"]
        second = elb.create_target_group(**settings)["TargetGroups"][0]["TargetGroupArn"]
        self.assertEqual(first, second)
        self.refused("DuplicateTargetGroupName", elb.create_target_group, **{**settings, "Port": 81})

    def test_the_kind_of_a_load_balancer_is_in_its_arn(self):
        elb = self.client("elbv2")
        subnets = [subnet["SubnetId"] for subnet in self.client("ec2").describe_subnets()["Subnets"]][:2]
        settings = {"Name": "kind", "Type": "network", "Subnets": subnets, "Tags": [{"Key": "a", "Value": "b"}]}
        arn = elb.create_load_balancer(**settings)["LoadBalancers"][0]["LoadBalancerArn"]
        self.assertIn(":loadbalancer/net/kind/", arn)
        told = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        self.assertEqual(told, settings["Tags"])
        action = {"Type": "forward", "TargetGroupArn": self.group(elb, "kind", "TCP")}
        listener = elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=80, DefaultActions=[action])
        self.assertIn(":listener/net/kind/", listener["Listeners"][0]["ListenerArn"])
        wanted = {"Protocol": "TLS", "AlpnPolicy": ["HTTP2Only"]}
        changed = elb.modify_listener(ListenerArn=listener["Listeners"][0]["ListenerArn"], **wanted)
        self.assertEqual({key: changed["Listeners"][0][key] for key in wanted}, wanted)

    def group(self, elb, name, protocol):
        vpc = self.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        made = elb.create_target_group(Name=name, Protocol=protocol, Port=80, VpcId=vpc)
        return made["TargetGroups"][0]["TargetGroupArn"]

    def test_pod_identity_associations(self):
        self.put_cluster("pods")
        eks = self.client("eks")
        place = {"clusterName": "pods", "namespace": "monitoring", "serviceAccount": "loki"}
        role = "arn:aws:iam::123456789012:role/loki"
        made = eks.create_pod_identity_association(roleArn=role, **place)["association"]
        self.refused("ResourceInUseException", eks.create_pod_identity_association, roleArn=role, **place)
        key = {"clusterName": "pods", "associationId": made["associationId"]}
        other = role + "-2"
        eks.update_pod_identity_association(roleArn=other, **key)
        self.assertEqual(eks.describe_pod_identity_association(**key)["association"]["roleArn"], other)
        listed = eks.list_pod_identity_associations(clusterName="pods", namespace="monitoring")["associations"]
        self.assertEqual([a["associationId"] for a in listed], [made["associationId"]])
        eks.delete_pod_identity_association(**key)
        self.refused("ResourceNotFoundException", eks.describe_pod_identity_association, **key)

    def test_registered_clusters_answer_what_they_are(self):
        self.put_cluster("real")
        cluster = self.client("eks").describe_cluster(name="real")["cluster"]
        self.assertEqual(
            (cluster["endpoint"], cluster["certificateAuthority"]["data"], cluster["identity"]["oidc"]["issuer"]),
            ("https://127.0.0.1:6443", "Q0E=", "https://127.0.0.1:6443"),
        )

    def put_cluster(self, name):
        settings = {
            "region": REGION,
            "endpoint": "https://127.0.0.1:6443",
            "ca": "Q0E=",
            "issuer": "https://127.0.0.1:6443",
            "version": "1.36",
        }
        request = urllib.request.Request(
            f"{self.endpoint}/_sandbox/eks-clusters/{name}", json.dumps(settings).encode(), method="PUT"
        )
        urllib.request.urlopen(request).close()

    def test_versioning_is_answered_under_its_own_name(self):
        self.client("s3").create_bucket(
            Bucket="versions", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        with urllib.request.urlopen(f"{self.endpoint}/versions?versioning") as answer:
            self.assertIn("<VersioningConfiguration", answer.read().decode())


if __name__ == "__main__":
    unittest.main()
