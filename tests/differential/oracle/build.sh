#!/bin/sh
# Builds the oracle: build.sh OUTPUT. Nothing of Terraform's source is kept but
# in a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/../source.sh" "$work/terraform"
cd "$work/terraform"
mkdir oracle
cp "$here"/*.go oracle/
go build -trimpath -o "$output" ./oracle
