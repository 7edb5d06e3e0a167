#!/bin/sh
# Puts Terraform's source into a folder, ready to be built: source.sh FOLDER.
# Needs Go and its module proxy.
set -eu
version=v1.11.4
from=$(cd / && go mod download -json github.com/hashicorp/terraform@$version | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$from" "$1"
cd "$1"
chmod -R u+w .
# Cloud backends are modules of their own that are not published.
clouds='azure consul cos gcs kubernetes oss pg s3'
for cloud in $clouds; do
    sed -i "\\,remote-state/$cloud\\b,d" go.mod internal/backend/init/init.go
done
sed -i '/backend\(Azure\|Consul\|Cos\|GCS\|Kubernetes\|OSS\|Pg\|S3\)\.New/d' internal/backend/init/init.go
sed -i '/^godebug/d; \,terraform/internal/legacy,d' go.mod
