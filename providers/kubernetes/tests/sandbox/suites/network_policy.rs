use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "spec": [{ "pod_selector": [{}], "policy_types": ["Ingress"] }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{
                    "name": "${unique}",
                    "labels": { "app": "a" },
                    "annotations": { "example.com/note": "n" }
                }],
                "spec": [{
                    "pod_selector": [{
                        "match_labels": { "app": "a" },
                        "match_expressions": [{ "key": "tier", "operator": "In", "values": ["x", "y"] }]
                    }],
                    "policy_types": ["Ingress", "Egress"],
                    "ingress": [{
                        "from": [
                            { "ip_block": [{ "cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"] }] },
                            {
                                "namespace_selector": [{
                                    "match_labels": { "team": "a" },
                                    "match_expressions": [{ "key": "stage", "operator": "NotIn", "values": ["test"] }]
                                }],
                                "pod_selector": [{
                                    "match_labels": { "app": "b" },
                                    "match_expressions": [{ "key": "tier", "operator": "In", "values": ["q"] }]
                                }]
                            }
                        ],
                        "ports": [{ "port": "8000", "end_port": 8080, "protocol": "TCP" }, { "port": "dns", "protocol": "UDP" }]
                    }],
                    "egress": [{
                        "to": [
                            { "ip_block": [{ "cidr": "10.2.0.0/16", "except": ["10.2.1.0/24"] }] },
                            {
                                "namespace_selector": [{
                                    "match_labels": { "team": "b" },
                                    "match_expressions": [{ "key": "stage", "operator": "In", "values": ["live"] }]
                                }],
                                "pod_selector": [{
                                    "match_labels": { "app": "c" },
                                    "match_expressions": [{ "key": "tier", "operator": "NotIn", "values": ["z"] }]
                                }]
                            }
                        ],
                        "ports": [{ "port": "53", "end_port": 54, "protocol": "UDP" }]
                    }]
                }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "spec": [{
                    "pod_selector": [{ "match_labels": { "app": "b" } }],
                    "policy_types": ["Egress"],
                    "egress": [{ "ports": [{ "port": "443" }] }]
                }]
            }"#,
        )
}

#[test]
fn network_policies() {
    for suite in both(suite, "kubernetes_network_policy") {
        run(&suite, Some("/apis/networking.k8s.io/v1/networkpolicies"));
    }
}
