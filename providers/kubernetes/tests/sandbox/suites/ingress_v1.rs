use super::typed;
use crate::world::run;
use trueup_testkit::Suite;

pub(super) fn suite() -> Suite {
    typed("kubernetes_ingress_v1")
        .example(
            r#"{
                "metadata": [{ "name": "${unique}" }],
                "spec": [{
                    "default_backend": [{
                        "service": [{ "name": "web", "port": [{ "number": 80 }] }]
                    }]
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
                    "ingress_class_name": "alb",
                    "default_backend": [{
                        "resource": [{ "api_group": "example.com", "kind": "Bucket", "name": "assets" }]
                    }],
                    "rule": [{
                        "host": "a.example.com",
                        "http": [{
                            "path": [
                                {
                                    "path": "/",
                                    "path_type": "Prefix",
                                    "backend": [{ "service": [{ "name": "web", "port": [{ "name": "http" }] }] }]
                                },
                                {
                                    "path": "/assets",
                                    "path_type": "Exact",
                                    "backend": [{ "resource": [{ "api_group": "example.com", "kind": "Bucket", "name": "a" }] }]
                                }
                            ]
                        }]
                    }],
                    "tls": [{ "hosts": ["a.example.com"], "secret_name": "a" }]
                }]
            }"#,
        )
        .example(
            r#"{
                "metadata": [{ "name": "${unique}-away", "namespace": "kube-public" }],
                "spec": [{
                    "default_backend": [{
                        "service": [{ "name": "api", "port": [{ "name": "http" }] }]
                    }],
                    "rule": [{
                        "host": "b.example.com",
                        "http": [{
                            "path": [{
                                "path": "/b",
                                "backend": [{ "service": [{ "name": "api", "port": [{ "number": 8080 }] }] }]
                            }]
                        }]
                    }],
                    "tls": [{ "hosts": ["b.example.com", "c.example.com"], "secret_name": "b" }]
                }]
            }"#,
        )
        .unvaried(
            &["wait_for_load_balancer"],
            "no controller gives addresses here",
        )
}

#[test]
fn ingresses() {
    run(&suite(), Some("/apis/networking.k8s.io/v1/ingresses"));
}
