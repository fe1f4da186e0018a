#!/usr/bin/env bash
# Synthesizes the CDK app for `datastack up`: synthesize.sh FUNCTIONS OUT, FUNCTIONS being the folder
# of the functions' zips. OUT becomes a cloud assembly (templates, assets, manifest.json), whole or
# not at all. What the result depends on is the tree alone: no network, no keys, no user's settings.
set -euo pipefail
functions="$1"
out="$2"
cd "$(dirname "$0")/../consolidated-data-stack"
if [ ! -f node_modules/aws-cdk/bin/cdk ]; then
    echo "the CDK's npm packages are missing: run ./dev setup, or npm ci in consolidated-data-stack" >&2
    exit 1
fi
node node_modules/typescript/bin/tsc
DATASTACK_FUNCTIONS="$functions" node dist/tools/package_functions.js
rm -rf "$out.part"
mkdir -p "$out.home"
env -i PATH="$PATH" HOME="$out.home" CDK_HOME="$out.home" AWS_EC2_METADATA_DISABLED=true \
    CDK_DISABLE_CLI_TELEMETRY=1 CDK_DISABLE_VERSION_CHECK=1 \
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true \
    node node_modules/aws-cdk/bin/cdk synth --quiet --output "$out.part" >"$out.log" 2>&1 ||
    { cat "$out.log" >&2; exit 1; }
rm -rf "$out"
mv "$out.part" "$out"
rm -rf "$out.home"
