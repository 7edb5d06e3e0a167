#!/bin/sh
# Builds the oracle: build.sh OUTPUT. Needs Go and its module proxy; nothing of
# Terraform's source is kept but in a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$(realpath -m "$1")
version=v1.11.4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$(cd "$work" && go mod download -json github.com/hashicorp/terraform@$version | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$source" "$work/terraform"
cd "$work/terraform"
chmod -R u+w .
# Cloud backends are modules of their own that are not published.
clouds='azure consul cos gcs kubernetes oss pg s3'
for cloud in $clouds; do
    sed -i "\\,remote-state/$cloud\\b,d" go.mod internal/backend/init/init.go
done
sed -i '/backend\(Azure\|Consul\|Cos\|GCS\|Kubernetes\|OSS\|Pg\|S3\)\.New/d' internal/backend/init/init.go
sed -i '/^godebug/d; \,terraform/internal/legacy,d' go.mod
mkdir oracle
cp "$here"/*.go oracle/
go build -o "$output" ./oracle
