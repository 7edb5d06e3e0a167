use super::{both, typed};
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite(kind: &str) -> Suite {
    typed(kind)
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "spec": [{
                    "selector": { "app": "a" },
                    "port": [{ "port": 80, "target_port": "http" }]
                }]
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
                    "selector": { "app": "b" },
                    "type": "NodePort",
                    "external_ips": ["10.1.2.3"],
                    "external_traffic_policy": "Local",
                    "internal_traffic_policy": "Local",
                    "publish_not_ready_addresses": true,
                    "session_affinity": "ClientIP",
                    "session_affinity_config": [{ "client_ip": [{ "timeout_seconds": 60 }] }],
                    "port": [
                        { "name": "web", "port": 80, "target_port": "8080", "protocol": "TCP", "app_protocol": "http" },
                        { "name": "dns", "port": 53, "target_port": "53", "protocol": "UDP" }
                    ]
                }],
                "wait_for_load_balancer": false
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "spec": [{
                    "selector": { "app": "b" },
                    "type": "LoadBalancer",
                    "allocate_load_balancer_node_ports": false,
                    "load_balancer_class": "example.com/balancer",
                    "load_balancer_ip": "10.9.8.7",
                    "load_balancer_source_ranges": ["10.0.0.0/8"],
                    "port": [{ "port": 443 }]
                }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "spec": [{ "type": "ExternalName", "external_name": "example.com" }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "spec": [{
                    "cluster_ip": "None",
                    "cluster_ips": ["None"],
                    "ip_families": ["IPv4"],
                    "ip_family_policy": "SingleStack",
                    "selector": { "app": "a" },
                    "port": [{ "port": 80 }]
                }]
            }"#,
        )
        .unvaried(
            &["spec.health_check_node_port", "spec.port.node_port"],
            "of all ports of the nodes one must be free",
        )
        .rerolled(&["spec.cluster_ip", "spec.cluster_ips", "spec.port.node_port"])
        .untold(&["wait_for_load_balancer"], "it says what to wait for")
}

#[test]
fn services() {
    for suite in both(suite, "kubernetes_service") {
        run(&suite, Some("/api/v1/services"));
    }
}
