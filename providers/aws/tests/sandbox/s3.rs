//! Buckets.

use crate::stage::suites;

suites!(
    bucket,
    versioning,
    public_access_block,
    encryption,
    lifecycle,
    policy,
);

mod suite {
    use trueup_testkit::Suite;

    use crate::stage::COMPUTED;

    const BUCKET: &str = r#"{"bucket": "needed-${unique}"}"#;
    const OTHER: &str = r#"{"bucket": "other-${unique}"}"#;
    const HERE: &str = "objects are in the provider's region";
    const OWNER: &str = "whose bucket it is does not matter to the emulator";

    pub(super) fn bucket() -> Suite {
        Suite::new("aws_s3_bucket")
            .example(r#"{"bucket": "b-${unique}", "tags": {"a": "b"}}"#)
            .example(r#"{"bucket": "b-${unique}", "tags": {"c": "d"}, "force_destroy": true}"#)
            .example(r#"{"bucket_prefix": "${unique}-", "object_lock_enabled": true}"#)
            .unvaried(&["id", "tags_all"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(
                &[
                    "acceleration_status",
                    "acl",
                    "cors_rule",
                    "grant",
                    "lifecycle_rule",
                    "logging",
                    "object_lock_configuration",
                    "policy",
                    "replication_configuration",
                    "request_payer",
                    "server_side_encryption_configuration",
                    "versioning",
                    "website",
                ],
                "it belongs to a resource of its own",
            )
            .untold(&["force_destroy"], "it is nothing of the bucket's")
            .rerolled(&[
                "id",
                "arn",
                "bucket",
                "bucket_domain_name",
                "bucket_regional_domain_name",
            ])
    }

    pub(super) fn versioning() -> Suite {
        Suite::new("aws_s3_bucket_versioning")
            .needs("bucket", "aws_s3_bucket", BUCKET)
            .needs("other", "aws_s3_bucket", OTHER)
            .example(r#"{"bucket": "${bucket.id}", "versioning_configuration": [{"status": "Enabled"}]}"#)
            .example(r#"{"bucket": "${bucket.id}", "versioning_configuration": [{"status": "Suspended"}]}"#)
            .example(r#"{"bucket": "${other.id}", "versioning_configuration": [{"status": "Enabled"}]}"#)
            .unvaried(&["id"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["expected_bucket_owner"], OWNER)
            .unvaried(&["mfa", "versioning_configuration.mfa_delete"], "it takes a device")
            .indelible("a bucket that had versions can only have them suspended")
    }

    pub(super) fn public_access_block() -> Suite {
        Suite::new("aws_s3_bucket_public_access_block")
            .needs("bucket", "aws_s3_bucket", BUCKET)
            .needs("other", "aws_s3_bucket", OTHER)
            .example(r#"{"bucket": "${bucket.id}", "block_public_acls": true, "block_public_policy": true}"#)
            .example(r#"{"bucket": "${bucket.id}", "ignore_public_acls": true, "restrict_public_buckets": true}"#)
            .example(r#"{"bucket": "${other.id}", "block_public_acls": true}"#)
            .unvaried(&["id"], COMPUTED)
            .unvaried(&["skip_destroy"], "it leaves the setting where it is")
            .unvaried(&["region"], HERE)
    }

    pub(super) fn encryption() -> Suite {
        Suite::new("aws_s3_bucket_server_side_encryption_configuration")
            .needs("bucket", "aws_s3_bucket", BUCKET)
            .needs("other", "aws_s3_bucket", OTHER)
            .example(
                r#"{"bucket": "${bucket.id}", "rule": [{"bucket_key_enabled": false, "apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}"#,
            )
            .example(
                r#"{"bucket": "${bucket.id}", "rule": [{"bucket_key_enabled": true, "apply_server_side_encryption_by_default":
                    [{"sse_algorithm": "aws:kms", "kms_master_key_id": "arn:aws:kms:eu-central-1:123456789012:key/a"}]}]}"#,
            )
            .example(
                r#"{"bucket": "${other.id}", "rule": [{"bucket_key_enabled": false, "apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}"#,
            )
            .unvaried(&["rule.blocked_encryption_types"], "the emulator does not know it")
            .unvaried(&["id"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["expected_bucket_owner"], OWNER)
    }

    pub(super) fn lifecycle() -> Suite {
        Suite::new("aws_s3_bucket_lifecycle_configuration")
            .needs("bucket", "aws_s3_bucket", BUCKET)
            .needs("other", "aws_s3_bucket", OTHER)
            .example(
                r#"{"bucket": "${bucket.id}", "rule": [{"id": "old", "status": "Enabled",
                    "filter": [{"prefix": "logs/"}], "expiration": [{"days": 90}]}]}"#,
            )
            .example(
                r#"{"bucket": "${bucket.id}", "rule": [
                    {"id": "old", "status": "Disabled", "filter": [{"prefix": "logs/"}],
                     "transition": [{"days": 30, "storage_class": "STANDARD_IA"}],
                     "noncurrent_version_expiration": [{"noncurrent_days": 7}]},
                    {"id": "uploads", "status": "Enabled", "filter": [{"prefix": ""}],
                     "abort_incomplete_multipart_upload": [{"days_after_initiation": 3}]}]}"#,
            )
            .example(
                r#"{"bucket": "${other.id}", "rule": [
                    {"id": "all", "status": "Enabled",
                     "filter": [{"and": [{"prefix": "x/", "tags": {"a": "b"}}]}],
                     "transition": [{"date": "2030-01-01T00:00:00Z", "storage_class": "GLACIER"}],
                     "expiration": [{"date": "2031-01-01T00:00:00Z"}],
                     "noncurrent_version_transition": [{"noncurrent_days": 30, "storage_class": "STANDARD_IA"}],
                     "noncurrent_version_expiration": [{"noncurrent_days": 60}]},
                    {"id": "tag", "status": "Enabled", "filter": [{"tag": [{"key": "k", "value": "v"}]}],
                     "expiration": [{"expired_object_delete_marker": true}]}]}"#,
            )
            .unvaried(&["rule.filter.and.object_size_greater_than", "rule.filter.and.object_size_less_than",
                "rule.noncurrent_version_expiration.newer_noncurrent_versions",
                "rule.noncurrent_version_transition.newer_noncurrent_versions",
                "rule.filter.object_size_greater_than", "rule.filter.object_size_less_than", "rule.prefix"],
                "those are tried against states of Terraform's provider")
            .unvaried(&["transition_default_minimum_object_size"], "the emulator does not know it")
            .unvaried(&["id"], COMPUTED)
            .unvaried(&["region"], HERE)
            .unvaried(&["expected_bucket_owner"], OWNER)
    }

    pub(super) fn policy() -> Suite {
        let allow = |action: &str| {
            format!(
                r#"{{"bucket": "${{bucket.id}}", "policy": "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"{action}\",\"Principal\":\"*\",\"Resource\":\"arn:aws:s3:::needed/*\"}}]}}"}}"#
            )
        };
        Suite::new("aws_s3_bucket_policy")
            .needs("bucket", "aws_s3_bucket", BUCKET)
            .needs("other", "aws_s3_bucket", OTHER)
            .example(&allow("s3:GetObject"))
            .example(&allow("s3:PutObject"))
            .example(&allow("s3:GetObject").replace("${bucket.id}", "${other.id}"))
            .unvaried(&["id"], COMPUTED)
            .unvaried(&["region"], HERE)
    }
}
