//! Policy documents that change, wherever they stand: the plan shows statement
//! by statement what becomes of them, and nothing where they mean the same.

use snapbox::str;

use crate::{environment::check, stack::Stack};

const STACK: &str = r#"resource "aws_iam_role" "logs" {
  name = "NAME"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Pods"
        Effect    = "Allow"
        Action    = ["sts:AssumeRole", "sts:TagSession"]
        Principal = { Service = "pods.eks.amazonaws.com" }
      },
      {
        Sid       = "People"
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::123456789012:root" }
      },
    ]
  })
}

resource "aws_iam_role_policy" "logs" {
  name = "NAME"
  role = aws_iam_role.logs.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Objects"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "arn:aws:s3:::NAME/*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::NAME"
      },
    ]
  })
}

resource "aws_s3_bucket" "logs" {
  bucket = "NAME"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyEncrypted"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "arn:aws:s3:::NAME/*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
"#;

/// The same in other words, and what is not.
const SAME: [(&str, &str); 5] = [
    (
        r#"["sts:AssumeRole", "sts:TagSession"]"#,
        r#"["sts:TagSession", "sts:AssumeRole"]"#,
    ),
    (
        r#"{ Service = "pods.eks.amazonaws.com" }"#,
        r#"{ Service = ["pods.eks.amazonaws.com"] }"#,
    ),
    (r#""arn:aws:iam::123456789012:root""#, r#""123456789012""#),
    (
        r#"["s3:GetObject", "s3:PutObject"]"#,
        r#"["s3:PutObject", "s3:GetObject"]"#,
    ),
    (
        r#""aws:SecureTransport" = "false""#,
        r#""aws:SecureTransport" = [false]"#,
    ),
];
const OTHER: [(&str, &str); 4] = [
    (
        r#""sts:AssumeRole", "sts:TagSession""#,
        r#""sts:AssumeRole""#,
    ),
    (
        r#"{ AWS = "arn:aws:iam::123456789012:root" }"#,
        r#"{ AWS = "arn:aws:iam::210987654321:root" }"#,
    ),
    (r#""s3:GetObject", "s3:PutObject""#, r#""s3:GetObject""#),
    (
        r#"Condition = { Bool = { "aws:SecureTransport" = "false" } }"#,
        r#"Condition = { NumericLessThan = { "s3:TlsVersion" = 1.2 } }"#,
    ),
];

fn with(changes: &[(&str, &str)]) -> String {
    let text = changes.iter().fold(STACK.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    text.replace("NAME", "aws-documents")
}

#[test]
fn what_changes_is_shown_statement_by_statement() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, &with(&[])).nowhere();
    stack.apply();
    stack.write("main.tf", &with(&SAME));
    assert_eq!(stack.settled(), "No changes.");

    stack.write("main.tf", &with(&OTHER));
    check(
        stack.plan(),
        str![[r#"
aws_iam_role.logs: Refreshing state... [id=aws-documents]
aws_s3_bucket.logs: Refreshing state... [id=aws-documents]
aws_s3_bucket_policy.logs: Refreshing state... [id=aws-documents]
aws_iam_role_policy.logs: Refreshing state... [id=aws-documents:aws-documents]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # aws_iam_role.logs will be updated in-place
  ~ resource "aws_iam_role" "logs" {
      ~ assume_role_policy    = jsonencode(
          ~ {
              ~ Statement = [
                  ~ {
                      ~ Action    = [
                            "sts:AssumeRole",
                          - "sts:TagSession",
                        ]
                        # (3 unchanged attributes hidden)
                    },
                  ~ {
                      ~ Principal = {
                          ~ AWS = "arn:aws:iam::123456789012:root" -> "arn:aws:iam::210987654321:root"
                        }
                        # (3 unchanged attributes hidden)
                    },
                ]
                # (1 unchanged attribute hidden)
            }
        )
        id                    = "aws-documents"
        name                  = "aws-documents"
        # (11 unchanged attributes hidden)

        # (1 unchanged block hidden)

      ~ statement "People" {
          ~ "Principal AWS" = "123456789012" -> "210987654321"
            # (3 unchanged attributes hidden)
        }

      ~ statement "Pods" {
          ~ Action              = [
                "sts:AssumeRole",
              - "sts:TagSession",
            ]
            # (3 unchanged attributes hidden)
        }
    }

  # aws_iam_role_policy.logs will be updated in-place
  ~ resource "aws_iam_role_policy" "logs" {
        id          = "aws-documents:aws-documents"
        name        = "aws-documents"
      ~ policy      = jsonencode(
          ~ {
              ~ Statement = [
                  ~ {
                      ~ Action   = [
                            "s3:GetObject",
                          - "s3:PutObject",
                        ]
                        # (3 unchanged attributes hidden)
                    },
                    {
                        Action   = "s3:ListBucket"
                        Effect   = "Allow"
                        Resource = "arn:aws:s3:::aws-documents"
                    },
                ]
                # (1 unchanged attribute hidden)
            }
        )
        # (2 unchanged attributes hidden)

      ~ statement "Objects" {
          ~ Action   = [
                "s3:GetObject",
              - "s3:PutObject",
            ]
            # (3 unchanged attributes hidden)
        }
    }

  # aws_s3_bucket_policy.logs will be updated in-place
  ~ resource "aws_s3_bucket_policy" "logs" {
        id     = "aws-documents"
      ~ policy = jsonencode(
          ~ {
              ~ Statement = [
                  ~ {
                      ~ Condition = {
                          - Bool            = {
                              - "aws:SecureTransport" = "false"
                            }
                          + NumericLessThan = {
                              + "s3:TlsVersion" = 1.2
                            }
                        }
                        # (5 unchanged attributes hidden)
                    },
                ]
                # (1 unchanged attribute hidden)
            }
        )
        # (2 unchanged attributes hidden)

      ~ statement "OnlyEncrypted" {
          - "Condition Bool aws:SecureTransport"      = "false"
          + "Condition NumericLessThan s3:TlsVersion" = "1.2"
            # (5 unchanged attributes hidden)
        }
    }

Plan: 0 to add, 3 to change, 0 to destroy.

─────────────────────────────────────────────────────────────────────────────

Note: You didn't use the -out option to save this plan, so Terraform can't
guarantee to take exactly these actions if you run "trueup apply" now.

"#]],
    );
    stack.apply();
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}
