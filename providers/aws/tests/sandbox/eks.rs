//! Elastic Kubernetes Service.

use crate::stage::suites;

suites!(pod_identity_association);

mod suite {
    use trueup_testkit::Suite;

    use crate::stage::CLUSTER;

    const ROLE: &str = r#"{"name": "needed-${unique}", "assume_role_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"],\"Principal\":{\"Service\":\"pods.eks.amazonaws.com\"}}]}"}"#;

    pub(super) fn pod_identity_association() -> Suite {
        Suite::new("aws_eks_pod_identity_association")
            .given("cluster", CLUSTER)
            .needs("role", "aws_iam_role", ROLE)
            .needs("other", "aws_iam_role", &ROLE.replace("needed", "other"))
            .example(
                r#"{"cluster_name": "${cluster}", "namespace": "${unique}", "service_account": "loki",
                    "role_arn": "${role.arn}", "disable_session_tags": false, "tags": {"a": "b"}}"#,
            )
            .example(
                r#"{"cluster_name": "${cluster}", "namespace": "${unique}", "service_account": "loki",
                    "role_arn": "${other.arn}", "disable_session_tags": true, "tags": {"c": "d"}}"#,
            )
            .example(
                r#"{"cluster_name": "${cluster}", "namespace": "${unique}-b", "service_account": "tempo",
                    "role_arn": "${role.arn}", "target_role_arn": "${other.arn}"}"#,
            )
            .unvaried(&["cluster_name"], "there is one cluster")
            .unvaried(&["region"], "objects are in the provider's region")
            .imported_by(|object| {
                let text = |name| object.text(name).unwrap_or_default();
                format!("{},{}", text("cluster_name"), text("association_id"))
            })
            .rerolled(&["id", "association_id", "association_arn", "external_id"])
    }
}
