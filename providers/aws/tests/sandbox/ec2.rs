//! Networks.

use crate::stage::suites;

suites!(
    security_group,
    security_group_rule,
    ingress_rule,
    egress_rule
);

mod suite {
    use trueup_testkit::Suite;

    use crate::stage::COMPUTED;

    const HERE: &str = "objects are in the provider's region";
    const GROUP: &str = r#"{"name": "needed-${unique}", "vpc_id": "${vpc}"}"#;
    const OTHER: &str = r#"{"name": "other-${unique}", "vpc_id": "${vpc}"}"#;

    /// A rule in a group, where all that is not said is empty.
    fn rule(protocol: &str, from: u16, to: u16, said: &str) -> String {
        let rest = [
            (r#""cidr_blocks""#, "[]"),
            (r#""description""#, r#""""#),
            (r#""ipv6_cidr_blocks""#, "[]"),
            (r#""prefix_list_ids""#, "[]"),
            (r#""security_groups""#, "[]"),
            (r#""self""#, "false"),
        ];
        let rest = rest.iter().filter(|(name, _)| !said.contains(name));
        let rest: String = rest
            .map(|(name, value)| format!(", {name}: {value}"))
            .collect();
        format!(
            r#"{{"protocol": "{protocol}", "from_port": {from}, "to_port": {to}, {said}{rest}}}"#
        )
    }

    fn group(said: &str, ingress: &[String], egress: &[String]) -> String {
        let (ingress, egress) = (ingress.join(", "), egress.join(", "));
        format!(
            r#"{{"name": "g-${{unique}}", "vpc_id": "${{vpc}}", "description": "of a test", {said}, "ingress": [{ingress}], "egress": [{egress}]}}"#
        )
    }

    pub(super) fn security_group() -> Suite {
        Suite::new("aws_security_group")
            .needs(
                "other",
                "aws_security_group",
                r#"{"name_prefix": "other-", "vpc_id": "${vpc}"}"#,
            )
            .example(&group(
                r#""tags": {"a": "b"}"#,
                &[rule("tcp", 80, 80, r#""cidr_blocks": ["10.0.0.0/8"]"#)],
                &[],
            ))
            .example(&group(
                r#""tags": {"c": "d"}, "revoke_rules_on_delete": true"#,
                &[
                    rule(
                        "tcp",
                        80,
                        81,
                        r#""cidr_blocks": ["10.0.0.0/8"], "description": "in""#,
                    ),
                    rule("-1", 0, 0, r#""self": true"#),
                    rule("tcp", 443, 443, r#""security_groups": ["${other.id}"]"#),
                ],
                &[rule(
                    "-1",
                    0,
                    0,
                    r#""cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"]"#,
                )],
            ))
            .example(r#"{"name_prefix": "${unique}-", "vpc_id": "${vpc}"}"#)
            .unvaried(&["id", "tags_all"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["vpc_id"], "there is one network")
            .unvaried(
                &["ingress", "egress"],
                "they are attributes, varied as a whole",
            )
            .untold(&["revoke_rules_on_delete"], "it is nothing of the group's")
            .rerolled(&["id", "arn", "name"])
    }

    pub(super) fn security_group_rule() -> Suite {
        Suite::new("aws_security_group_rule")
            .needs("group", "aws_security_group", GROUP)
            .needs("other", "aws_security_group", OTHER)
            .example(
                r#"{"security_group_id": "${group.id}", "type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 80,
                    "cidr_blocks": ["10.0.0.0/8"], "description": "a"}"#,
            )
            .example(
                r#"{"security_group_id": "${group.id}", "type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 80,
                    "cidr_blocks": ["10.0.0.0/8"], "description": "b"}"#,
            )
            .example(
                r#"{"security_group_id": "${group.id}", "type": "egress", "protocol": "udp", "from_port": 53, "to_port": 54,
                    "ipv6_cidr_blocks": ["2001:db8::/32"]}"#,
            )
            .example(
                r#"{"security_group_id": "${other.id}", "type": "ingress", "protocol": "-1", "from_port": 0, "to_port": 0, "self": true}"#,
            )
            .example(
                r#"{"security_group_id": "${other.id}", "type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22,
                    "source_security_group_id": "${group.id}"}"#,
            )
            .unvaried(&["id"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["prefix_list_ids"], "the emulator has no lists of its own")
            .not_imported()
            .rerolled(&["security_group_rule_id"])
    }

    fn rule_of_vpc(kind: &str) -> Suite {
        Suite::new(kind)
            .needs("group", "aws_security_group", GROUP)
            .needs("other", "aws_security_group", OTHER)
            .example(
                r#"{"security_group_id": "${group.id}", "ip_protocol": "tcp", "from_port": 80, "to_port": 80,
                    "cidr_ipv4": "10.0.0.0/8", "description": "a", "tags": {"a": "b"}}"#,
            )
            .example(
                r#"{"security_group_id": "${group.id}", "ip_protocol": "tcp", "from_port": 81, "to_port": 82,
                    "cidr_ipv4": "10.1.0.0/16", "description": "b", "tags": {"c": "d"}}"#,
            )
            .example(
                r#"{"security_group_id": "${other.id}", "ip_protocol": "udp", "from_port": 53, "to_port": 53, "cidr_ipv6": "2001:db8::/32"}"#,
            )
            .example(
                r#"{"security_group_id": "${other.id}", "ip_protocol": "-1", "referenced_security_group_id": "${group.id}"}"#,
            )
            .unvaried(&["prefix_list_id"], "the emulator has no lists of its own")
            .unvaried(&["region"], HERE)
            .rerolled(&["id", "arn", "security_group_rule_id"])
    }

    pub(super) fn ingress_rule() -> Suite {
        rule_of_vpc("aws_vpc_security_group_ingress_rule")
    }

    pub(super) fn egress_rule() -> Suite {
        rule_of_vpc("aws_vpc_security_group_egress_rule")
    }
}
