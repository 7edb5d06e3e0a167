//! Identity and access management.

use crate::stage::suites;

suites!(
    role,
    role_policy,
    role_policy_attachment,
    policy,
    instance_profile,
    openid_connect_provider,
);

mod suite {
    use trueup_testkit::Suite;

    use crate::stage::COMPUTED;

    const ROLE: &str = r#"{"name": "needed-${unique}", "assume_role_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}"}"#;
    const READ: &str = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"#;
    const WRITE: &str = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":[\"s3:PutObject\",\"s3:GetObject\"],\"Effect\":\"Allow\",\"Resource\":\"arn:aws:s3:::a/*\"}]}"#;
    const TRUST: &str = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}"#;
    const OTHER_TRUST: &str = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"eks.amazonaws.com\"}}]}"#;

    pub(super) fn role() -> Suite {
        Suite::new("aws_iam_role")
            .needs("policy", "aws_iam_policy", &format!(r#"{{"name": "needed-${{unique}}", "policy": "{READ}"}}"#))
            .example(&format!(
                r#"{{"name": "role-${{unique}}", "assume_role_policy": "{TRUST}", "tags": {{"a": "b"}},
                     "managed_policy_arns": [], "inline_policy": [{{"name": "base", "policy": "{WRITE}"}}]}}"#
            ))
            .example(&format!(
                r#"{{"name": "role-${{unique}}", "assume_role_policy": "{OTHER_TRUST}", "description": "of a test",
                     "max_session_duration": 7200, "permissions_boundary": "${{policy.arn}}", "tags": {{"a": "c", "d": "e"}}}}"#
            ))
            .example(&format!(
                r#"{{"name": "role-${{unique}}", "assume_role_policy": "{TRUST}", "managed_policy_arns": ["${{policy.arn}}"],
                     "inline_policy": [{{"name": "read", "policy": "{READ}"}}], "force_detach_policies": true}}"#
            ))
            .example(&format!(
                r#"{{"name_prefix": "${{unique}}-", "path": "/team/", "assume_role_policy": "{TRUST}"}}"#
            ))
            .unvaried(&["id", "tags_all"], COMPUTED)
            .untold(&["force_detach_policies"], "it is nothing of the role's")
            .rerolled(&["unique_id", "create_date", "id", "arn", "name"])
    }

    pub(super) fn role_policy() -> Suite {
        Suite::new("aws_iam_role_policy")
            .needs("role", "aws_iam_role", ROLE)
            .needs("other", "aws_iam_role", &ROLE.replace("needed", "other"))
            .example(&format!(r#"{{"name": "p-${{unique}}", "role": "${{role.name}}", "policy": "{READ}"}}"#))
            .example(&format!(r#"{{"name": "p-${{unique}}", "role": "${{role.name}}", "policy": "{WRITE}"}}"#))
            .example(&format!(r#"{{"name_prefix": "${{unique}}-", "role": "${{other.name}}", "policy": "{READ}"}}"#))
            .unvaried(&["id"], COMPUTED)
            .rerolled(&["id", "name"])
    }

    pub(super) fn role_policy_attachment() -> Suite {
        Suite::new("aws_iam_role_policy_attachment")
            .needs("role", "aws_iam_role", ROLE)
            .needs("other", "aws_iam_role", &ROLE.replace("needed", "other"))
            .needs(
                "read",
                "aws_iam_policy",
                &format!(r#"{{"name": "read-${{unique}}", "policy": "{READ}"}}"#),
            )
            .needs(
                "write",
                "aws_iam_policy",
                &format!(r#"{{"name": "write-${{unique}}", "policy": "{WRITE}"}}"#),
            )
            .example(r#"{"role": "${role.name}", "policy_arn": "${read.arn}"}"#)
            .example(r#"{"role": "${role.name}", "policy_arn": "${write.arn}"}"#)
            .example(r#"{"role": "${other.name}", "policy_arn": "${write.arn}"}"#)
            .unvaried(&["id"], COMPUTED)
            .imported_by(|object| {
                let text = |name| object.text(name).unwrap_or_default();
                format!("{}/{}", text("role"), text("policy_arn"))
            })
            .untold(&["id"], "it is made up when a policy is attached")
            .rerolled(&["id"])
    }

    pub(super) fn policy() -> Suite {
        Suite::new("aws_iam_policy")
            .example(&format!(r#"{{"name": "p-${{unique}}", "policy": "{READ}", "tags": {{"a": "b"}}}}"#))
            .example(&format!(r#"{{"name": "p-${{unique}}", "policy": "{WRITE}", "tags": {{"c": "d"}}}}"#))
            .example(&format!(
                r#"{{"name_prefix": "${{unique}}-", "path": "/team/", "description": "of a test", "policy": "{WRITE}"}}"#
            ))
            .unvaried(&["id", "tags_all"], COMPUTED)
            .rerolled(&["policy_id", "id", "arn", "name"])
    }

    pub(super) fn instance_profile() -> Suite {
        Suite::new("aws_iam_instance_profile")
            .needs("role", "aws_iam_role", ROLE)
            .needs("other", "aws_iam_role", &ROLE.replace("needed", "other"))
            .example(r#"{"name": "p-${unique}", "role": "${role.name}", "tags": {"a": "b"}}"#)
            .example(r#"{"name": "p-${unique}", "role": "${other.name}", "tags": {"c": "d"}}"#)
            .example(r#"{"name": "p-${unique}"}"#)
            .example(r#"{"name_prefix": "${unique}-", "path": "/team/", "role": "${role.name}"}"#)
            .unvaried(&["id", "tags_all"], COMPUTED)
            .rerolled(&["unique_id", "create_date", "id", "arn", "name"])
    }

    pub(super) fn openid_connect_provider() -> Suite {
        Suite::new("aws_iam_openid_connect_provider")
            .example(
                r#"{"url": "https://${unique}.example.com", "client_id_list": ["sts.amazonaws.com"],
                    "thumbprint_list": ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"], "tags": {"a": "b"}}"#,
            )
            .example(
                r#"{"url": "https://${unique}.example.com", "client_id_list": ["sts.amazonaws.com", "other"],
                    "thumbprint_list": ["990f4193972f2becf12ddeda5237f9c952f20d9e"], "tags": {"a": "c"}}"#,
            )
            .example(
                r#"{"url": "https://${unique}.example.com/id", "client_id_list": ["sts.amazonaws.com"],
                    "thumbprint_list": ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]}"#,
            )
            .unvaried(&["id", "tags_all"], COMPUTED)
    }
}
