#!/bin/sh
# Builds the oracle: build.sh OUTPUT. Needs Go and its module proxy; nothing of
# Helm's source is kept but in a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$(realpath -m "$1")
version=v4.3.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$(cd "$work" && go mod download -json helm.sh/helm/v4@$version | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$source" "$work/helm"
chmod -R u+w "$work/helm"
cd "$work/helm"
mkdir oracle
cp "$here"/*.go "$here"/*.s oracle/
# Without the client of Kubernetes, which takes minutes to compile: no lookups
# in a cluster, and the API versions that are always there are given.
rm pkg/engine/lookup_func.go
sed -i '/^func New(/,/^}/d; /^func RenderWithClient(/,/^}/d; /^func RenderWithClientProvider(/,/^}/d; /e.clientProvider != nil/,/}/d; /clientProvider/d; /client-go\/rest/d' pkg/engine/engine.go
sed -i '/client-go/d; /apiextensions/d; /^func allKnownVersions/,/^}/d' pkg/chart/common/capabilities.go
sed -i 's/vstr, err := helmversion.*/vstr, err := "0.37.0", error(nil)/' pkg/chart/common/capabilities.go
echo 'func allKnownVersions() VersionSet { return nil }' >> pkg/chart/common/capabilities.go
# funcMap is not exported.
go build -ldflags=-checklinkname=0 -o "$output" ./oracle
