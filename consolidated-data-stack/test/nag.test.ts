// cdk-nag's AwsSolutions rules over the three stacks. What is suppressed says why; a suppression
// that no longer suppresses anything fails too.

import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { Aspects, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, NagPackSuppression, NagSuppressions } from 'cdk-nag';

import { makeStacks } from '../lib/app';
import { BOUND, functionsFolder, makeApp } from './testing';

interface Suppression extends NagPackSuppression {
    readonly path: string;
}

const LOG_STREAMS =
    'Lambda names each log stream of the function itself; the policy ends at the one log group.';

const SUPPRESSIONS: Suppression[] = [
    {
        path: '/AcmeDataLakeStack/DataBucket/Resource',
        id: 'AwsSolutions-S1',
        reason:
            'Access logs would need a second bucket that grows for ever; who needs them turns on CloudTrail ' +
            'data events, which cover the bucket without a change here.',
    },
    {
        path: '/AcmeDataGenStack/DeliveryStream',
        id: 'AwsSolutions-KDF1',
        reason:
            'Firehose refuses encryption of its own for a delivery stream that reads from Kinesis; the ' +
            'records are encrypted in the stream (alias/aws/kinesis) and in the bucket.',
    },
    {
        path: '/AcmeDataGenStack/DeliveryPolicy/Resource',
        id: 'AwsSolutions-IAM5',
        reason: 'Firehose names each object itself; the policy ends at the two prefixes that it writes to.',
        appliesTo: [{ regex: '/^Resource::(<|.*GetAtt)DataBucket[0-9A-F]+\\.?Arn.*\\/(telemetry|errors)\\/\\*$/' }],
    },
    {
        path: '/AcmeDataGenStack/ProducerPolicy/Resource',
        id: 'AwsSolutions-IAM5',
        reason: LOG_STREAMS,
        appliesTo: [{ regex: '/^Resource::arn:.*:log-group:<ProducerLogGroup[0-9A-F]+>:log-stream:\\*$/' }],
    },
    {
        path: '/AcmeDataGenStack/GeneratorPolicy/Resource',
        id: 'AwsSolutions-IAM5',
        reason: LOG_STREAMS,
        appliesTo: [{ regex: '/^Resource::arn:.*:log-group:<GeneratorLogGroup[0-9A-F]+>:log-stream:\\*$/' }],
    },
];

const MCP_SUPPRESSIONS: Suppression[] = [
    {
        path: '/AcmeMcpStack/RuntimePolicy/Resource',
        id: 'AwsSolutions-IAM5',
        reason: 'These actions have no resources: a token for the registry, lists, metrics.',
        appliesTo: ['Resource::*'],
    },
    {
        path: '/AcmeMcpStack/RuntimePolicy/Resource',
        id: 'AwsSolutions-IAM5',
        reason: 'AgentCore ends the log group of a runtime with its id, and names the streams.',
        appliesTo: [{ regex: '/^Resource::arn:.*:log-group:\\/aws\\/bedrock-agentcore\\/runtimes\\/acme_telemetry_mcp-\\*(:log-stream:\\*)?$/' }],
    },
    {
        path: '/AcmeMcpStack/RuntimePolicy/Resource',
        id: 'AwsSolutions-IAM5',
        reason: 'All tables of the one database, and the objects that queries read and write.',
        appliesTo: [
            { regex: '/^Resource::arn:.*:table\\/acme_telemetry\\/\\*$/' },
            { regex: '/^Resource::(<|.*)DataBucket[0-9A-F]+.*\\/(telemetry|athena-results)\\/\\*$/' },
        ],
    },
];

function findings(stack: Stack): string[] {
    const found = Annotations.fromStack(stack);
    const rule = Match.stringLikeRegexp('AwsSolutions-.*');
    return [...found.findError('*', rule), ...found.findWarning('*', rule)].map(
        (each) => `${each.id}: ${String(each.entry.data).trim()}`,
    );
}

// Else the synthesis ends at the first finding, and nothing can be counted.
const KEEP_ANNOTATIONS = { '@aws-cdk/core:annotationsInValidationReport': false };

function check(context: Record<string, unknown>, suppressions: readonly Suppression[]): string[] {
    const app = makeApp({ ...context, ...KEEP_ANNOTATIONS });
    const stacks = Object.values(makeStacks(app, functionsFolder())) as Stack[];
    for (const { path, ...suppression } of suppressions) {
        const stack = stacks.find((each) => path.startsWith(`/${each.node.path}/`))!;
        NagSuppressions.addResourceSuppressionsByPath(stack, path, [suppression]);
    }
    Aspects.of(app).add(new AwsSolutionsChecks());
    return stacks.flatMap(findings);
}

const MCP = { mcp: 'true' };
const WITH_MCP = [...SUPPRESSIONS, ...MCP_SUPPRESSIONS];
for (const [name, context, suppressions] of [
    ['env-agnostic', {}, SUPPRESSIONS],
    ['env-bound', BOUND, SUPPRESSIONS],
    ['env-agnostic, with the MCP server', MCP, WITH_MCP],
    ['env-bound, with the MCP server', { ...BOUND, ...MCP }, WITH_MCP],
] as const) {
    test(`cdk-nag AwsSolutions finds nothing, ${name}`, () => {
        assert.deepEqual(check(context, suppressions), []);
    });
    test(`each suppression is needed, ${name}`, () => {
        const found = check(context, []);
        for (const { path, id } of suppressions) {
            assert.ok(found.some((each) => each.startsWith(`${path}: ${id}`)), `${path} ${id}`);
        }
    });
}

test('the rules do look: a bucket without TLS is found', () => {
    const app = makeApp(KEEP_ANNOTATIONS);
    const stack = new Stack(app, 'Canary');
    new s3.CfnBucket(stack, 'Bucket');
    Aspects.of(app).add(new AwsSolutionsChecks());
    assert.equal(findings(stack).filter((each) => each.includes('AwsSolutions-S10')).length, 1);
});
