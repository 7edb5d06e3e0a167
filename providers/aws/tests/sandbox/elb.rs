//! Load balancing.

use crate::stage::suites;

suites!(
    load_balancer,
    load_balancer_by_its_old_name,
    listener,
    listener_by_its_old_name,
    listener_rule,
    listener_rule_by_its_old_name,
    target_group,
    target_group_by_its_old_name,
    target_group_attachment,
    target_group_attachment_by_its_old_name,
);

mod suite {
    use trueup_testkit::Suite;

    use crate::stage::COMPUTED;

    const HERE: &str = "objects are in the provider's region";
    const UNTRIED: &str = "the emulator does not know it";
    const GROUP: &str =
        r#"{"name": "g-${unique}", "port": 80, "protocol": "HTTP", "vpc_id": "${vpc}"}"#;
    const OTHER: &str =
        r#"{"name": "o-${unique}", "port": 81, "protocol": "HTTP", "vpc_id": "${vpc}"}"#;
    const BALANCER: &str =
        r#"{"name": "n-${unique}", "internal": true, "subnets": ["${subnet_a}", "${subnet_b}"]}"#;
    const SECOND: &str =
        r#"{"name": "m-${unique}", "internal": true, "subnets": ["${subnet_a}", "${subnet_b}"]}"#;
    const LISTENER: &str = r#"{"load_balancer_arn": "${balancer.arn}", "port": 80, "protocol": "HTTP",
        "default_action": [{"type": "forward", "target_group_arn": "${group.arn}"}]}"#;
    const SECOND_LISTENER: &str = r#"{"load_balancer_arn": "${balancer.arn}", "port": 81, "protocol": "HTTP",
        "default_action": [{"type": "forward", "target_group_arn": "${group.arn}"}]}"#;

    const ROUTING: &[&str] = &[
        "routing_http_request_x_amzn_mtls_clientcert_header_name",
        "routing_http_request_x_amzn_mtls_clientcert_issuer_header_name",
        "routing_http_request_x_amzn_mtls_clientcert_leaf_header_name",
        "routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name",
        "routing_http_request_x_amzn_mtls_clientcert_subject_header_name",
        "routing_http_request_x_amzn_mtls_clientcert_validity_header_name",
        "routing_http_request_x_amzn_tls_cipher_suite_header_name",
        "routing_http_request_x_amzn_tls_version_header_name",
        "routing_http_response_access_control_allow_credentials_header_value",
        "routing_http_response_access_control_allow_headers_header_value",
        "routing_http_response_access_control_allow_methods_header_value",
        "routing_http_response_access_control_allow_origin_header_value",
        "routing_http_response_access_control_expose_headers_header_value",
        "routing_http_response_access_control_max_age_header_value",
        "routing_http_response_content_security_policy_header_value",
        "routing_http_response_server_enabled",
        "routing_http_response_strict_transport_security_header_value",
        "routing_http_response_x_content_type_options_header_value",
        "routing_http_response_x_frame_options_header_value",
    ];

    fn balancer(kind: &str) -> Suite {
        Suite::new(kind)
            .needs("sg", "aws_security_group", r#"{"name": "needed-${unique}", "vpc_id": "${vpc}"}"#)
            .example(
                r#"{"name": "l-${unique}", "internal": true, "subnets": ["${subnet_a}", "${subnet_b}"],
                    "security_groups": ["${sg.id}"], "tags": {"a": "b"}}"#,
            )
            .example(
                r#"{"name": "l-${unique}", "internal": true, "subnets": ["${subnet_a}", "${subnet_b}", "${subnet_c}"],
                    "security_groups": ["${sg.id}"], "tags": {"c": "d"}, "idle_timeout": 30, "enable_http2": false,
                    "drop_invalid_header_fields": true, "desync_mitigation_mode": "strictest"}"#,
            )
            .example(r#"{"name_prefix": "lbp-", "subnets": ["${subnet_a}", "${subnet_b}"], "tags": {"u": "${unique}"}}"#)
            .unvaried(&["id", "tags_all"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(
                &[
                    "access_logs", "connection_logs", "client_keep_alive", "customer_owned_ipv4_pool",
                    "dns_record_client_routing_policy", "enable_cross_zone_load_balancing",
                    "enable_deletion_protection", "enable_tls_version_and_cipher_suite_headers",
                    "enable_waf_fail_open", "health_check_logs", "secondary_ips_auto_assigned_per_subnet",
                    "enable_xff_client_port", "enable_zonal_shift",
                    "enforce_security_group_inbound_rules_on_private_link_traffic", "ip_address_type", "ipam_pools",
                    "load_balancer_type", "minimum_load_balancer_capacity", "preserve_host_header",
                    "subnet_mapping", "xff_header_processing_mode",
                ],
                UNTRIED,
            )
            .rerolled(&["id", "arn", "arn_suffix", "dns_name", "zone_id", "name"])
    }

    pub(super) fn load_balancer() -> Suite {
        balancer("aws_lb")
    }

    pub(super) fn load_balancer_by_its_old_name() -> Suite {
        balancer("aws_alb")
    }

    fn on_balancer(kind: &str) -> Suite {
        Suite::new(kind)
            .needs("balancer", "aws_lb", BALANCER)
            .needs("second", "aws_lb", SECOND)
            .needs("group", "aws_lb_target_group", GROUP)
            .needs("other", "aws_lb_target_group", OTHER)
    }

    fn listen(kind: &str) -> Suite {
        on_balancer(kind)
            .example(
                r#"{"load_balancer_arn": "${balancer.arn}", "port": 80, "protocol": "HTTP", "tags": {"a": "${unique}"},
                    "default_action": [{"type": "forward", "target_group_arn": "${group.arn}"}]}"#,
            )
            .example(
                r#"{"load_balancer_arn": "${balancer.arn}", "port": 8080, "protocol": "HTTP", "tags": {"c": "${unique}"},
                    "default_action": [{"type": "fixed-response", "fixed_response":
                        [{"content_type": "text/plain", "message_body": "no", "status_code": "404"}]}]}"#,
            )
            .example(
                r#"{"load_balancer_arn": "${second.arn}", "port": 80, "tags": {"a": "${unique}"},
                    "default_action": [{"type": "redirect", "redirect":
                        [{"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}]}]}"#,
            )
            .unvaried(&["id", "tags_all"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(
                &[
                    "alpn_policy", "certificate_arn", "mutual_authentication", "protocol", "ssl_policy",
                    "tcp_idle_timeout_seconds",
                ],
                "it takes certificates or another kind of load balancer",
            )
            .unvaried(ROUTING, UNTRIED)
            .unvaried(
                &[
                    "default_action.authenticate_cognito", "default_action.authenticate_oidc",
                    "default_action.jwt_validation", "default_action.forward", "default_action.order",
                    "default_action.redirect.host", "default_action.redirect.path", "default_action.redirect.query",
                ],
                "those are tried against states of Terraform's provider",
            )
            .rerolled(&["id", "arn"])
    }

    pub(super) fn listener() -> Suite {
        listen("aws_lb_listener")
    }

    pub(super) fn listener_by_its_old_name() -> Suite {
        listen("aws_alb_listener")
    }

    fn rule(kind: &str) -> Suite {
        on_balancer(kind)
            .needs("listener", "aws_lb_listener", LISTENER)
            .needs("second_listener", "aws_lb_listener", SECOND_LISTENER)
            .example(
                r#"{"listener_arn": "${listener.arn}", "priority": 10, "tags": {"a": "${unique}"},
                    "action": [{"type": "forward", "target_group_arn": "${group.arn}"}],
                    "condition": [{"host_header": [{"values": ["a.example.com"]}]}]}"#,
            )
            .example(
                r#"{"listener_arn": "${listener.arn}", "priority": 20, "tags": {"c": "${unique}"},
                    "action": [{"type": "forward", "target_group_arn": "${other.arn}"}],
                    "condition": [{"path_pattern": [{"values": ["/a/*"]}]}, {"http_request_method": [{"values": ["GET"]}]}]}"#,
            )
            .example(
                r#"{"listener_arn": "${second_listener.arn}", "tags": {"a": "${unique}"},
                    "action": [{"type": "fixed-response", "fixed_response":
                        [{"content_type": "text/plain", "message_body": "no", "status_code": "404"}]}],
                    "condition": [
                        {"source_ip": [{"values": ["10.0.0.0/8"]}]},
                        {"query_string": [{"key": "a", "value": "b"}]},
                        {"http_header": [{"http_header_name": "x-a", "values": ["b"]}]}]}"#,
            )
            .unvaried(&["id", "tags_all"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["transform"], UNTRIED)
            .unvaried(
                &[
                    "action.authenticate_cognito", "action.authenticate_oidc", "action.jwt_validation", "action.forward",
                    "action.order", "action.redirect", "condition.host_header.regex_values",
                    "condition.path_pattern.regex_values", "condition.http_header.regex_values",
                ],
                "those are tried against states of Terraform's provider",
            )
            .rerolled(&["id", "arn"])
    }

    pub(super) fn listener_rule() -> Suite {
        rule("aws_lb_listener_rule")
    }

    pub(super) fn listener_rule_by_its_old_name() -> Suite {
        rule("aws_alb_listener_rule")
    }

    fn group(kind: &str) -> Suite {
        Suite::new(kind)
            .example(
                r#"{"name": "t-${unique}", "port": 80, "protocol": "HTTP", "vpc_id": "${vpc}", "tags": {"a": "b"},
                    "stickiness": [{"type": "lb_cookie", "enabled": false, "cookie_duration": 86400}],
                    "health_check": [{"path": "/", "matcher": "200", "interval": 30, "timeout": 5}]}"#,
            )
            .example(
                r#"{"name": "t-${unique}", "port": 80, "protocol": "HTTP", "vpc_id": "${vpc}", "tags": {"c": "d"},
                    "deregistration_delay": "60", "slow_start": 30,
                    "stickiness": [{"type": "lb_cookie", "enabled": true, "cookie_duration": 600}],
                    "health_check": [{"path": "/health", "matcher": "200-299", "interval": 10, "timeout": 4,
                        "healthy_threshold": 4, "unhealthy_threshold": 5, "port": "8080", "protocol": "HTTP"}]}"#,
            )
            .example(
                r#"{"name_prefix": "tgp-", "port": 443, "protocol": "HTTPS", "vpc_id": "${vpc}", "target_type": "ip",
                    "tags": {"u": "${unique}"}}"#,
            )
            .unvaried(&["id", "tags_all"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["vpc_id"], "there is one network")
            .unvaried(
                &[
                    "connection_termination", "ip_address_type", "lambda_multi_value_headers_enabled",
                    "load_balancing_algorithm_type", "load_balancing_anomaly_mitigation",
                    "load_balancing_cross_zone_enabled", "preserve_client_ip", "protocol_version", "proxy_protocol_v2",
                    "target_control_port", "target_failover", "target_group_health", "target_health_state",
                    "health_check.enabled", "health_check.protocol", "stickiness.cookie_name",
                ],
                UNTRIED,
            )
            .rerolled(&["id", "arn", "arn_suffix", "name"])
    }

    pub(super) fn target_group() -> Suite {
        group("aws_lb_target_group")
    }

    pub(super) fn target_group_by_its_old_name() -> Suite {
        group("aws_alb_target_group")
    }

    fn attachment(kind: &str) -> Suite {
        let ip = |name: &str, port: u32| {
            format!(
                r#"{{"name": "{name}-${{unique}}", "port": {port}, "protocol": "HTTP", "vpc_id": "${{vpc}}", "target_type": "ip"}}"#
            )
        };
        Suite::new(kind)
            .needs("group", "aws_lb_target_group", &ip("g", 80))
            .needs("other", "aws_lb_target_group", &ip("o", 81))
            .example(
                r#"{"target_group_arn": "${group.arn}", "target_id": "172.31.0.10", "port": 80}"#,
            )
            .example(
                r#"{"target_group_arn": "${group.arn}", "target_id": "172.31.0.11", "port": 81}"#,
            )
            .example(
                r#"{"target_group_arn": "${other.arn}", "target_id": "172.31.0.10", "port": 80}"#,
            )
            .unvaried(&["id"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["availability_zone"], UNTRIED)
            .imported_by(|object| {
                let text = |name| object.text(name).unwrap_or_default();
                let port = object.integer("port").unwrap_or_default();
                format!("{},{},{port}", text("target_group_arn"), text("target_id"))
            })
            .untold(&["id"], "it is made up when a target is registered")
            .rerolled(&["id"])
    }

    pub(super) fn target_group_attachment() -> Suite {
        attachment("aws_lb_target_group_attachment")
    }

    pub(super) fn target_group_attachment_by_its_old_name() -> Suite {
        attachment("aws_alb_target_group_attachment")
    }
}
