"""Buckets."""

from moto.s3.responses import S3Response


def apply() -> None:
    get_bucket_versioning = S3Response.get_bucket_versioning

    def versioning(self):
        """The answer is a VersioningConfiguration:
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
        """
        status, headers, body = get_bucket_versioning(self)
        text = body.decode() if isinstance(body, bytes) else body
        return status, headers, text.replace("GetBucketVersioningResponse", "VersioningConfiguration")

    S3Response.get_bucket_versioning = versioning
