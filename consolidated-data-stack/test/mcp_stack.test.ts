// The fourth stack: there only when asked for, and a role that may read and nothing else.

import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';

import { BOUND, synthesize } from './testing';

interface Statement {
    readonly Action: string | string[];
    readonly Resource: unknown;
}

const bound = synthesize({ ...BOUND, mcp: 'true', mcpImageTag: 'v1' });
const template = bound.mcp!;

function statements(): Statement[] {
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    return (policy!.Properties.PolicyDocument as { Statement: Statement[] }).Statement;
}

function actions(statement: Statement): string[] {
    return [statement.Action].flat();
}

test('it is off unless asked for', () => {
    assert.equal(synthesize().mcp, undefined);
    assert.equal(synthesize({ mcp: 'false' }).mcp, undefined);
    assert.equal(synthesize({ mcp: false }).mcp, undefined);
    assert.ok(synthesize({ mcp: true }).mcp);
    assert.throws(() => synthesize({ mcp: 'yes' }), { message: "context mcp must be one of true, false, not 'yes'" });
    assert.throws(() => synthesize({ mcp: 'true', mcpImageTag: 'a b' }), /context mcpImageTag/);
});

test('the other stacks do not change with it', () => {
    const without = synthesize(BOUND);
    assert.deepEqual(bound.dataGen.toJSON(), without.dataGen.toJSON());
});

test('the runtime: MCP, public, the image of that tag, the headers of the newer protocol', () => {
    template.hasResource('AWS::BedrockAgentCore::Runtime', {
        Properties: {
            AgentRuntimeName: 'acme_telemetry_mcp',
            AgentRuntimeArtifact: {
                ContainerConfiguration: {
                    ContainerUri: {
                        'Fn::Join': [
                            '',
                            ['123456789012.dkr.ecr.us-west-2.', { Ref: 'AWS::URLSuffix' }, '/datastack-mcp:v1'],
                        ],
                    },
                },
            },
            NetworkConfiguration: { NetworkMode: 'PUBLIC' },
            ProtocolConfiguration: 'MCP',
            RequestHeaderConfiguration: { RequestHeaderAllowlist: ['Mcp-Method', 'Mcp-Name'] },
            EnvironmentVariables: { DATASTACK_MCP_WORKGROUP: 'acme-telemetry' },
        },
        // The image is pulled with the role, which needs its policy for that.
        DependsOn: [Match.stringLikeRegexp('^RuntimePolicy')],
    });
    const [runtime] = Object.values(template.findResources('AWS::BedrockAgentCore::Runtime'));
    assert.match(String(runtime!.Properties.AgentRuntimeName), /^[a-zA-Z][a-zA-Z0-9_]{0,47}$/);
});

test('tokens of an issuer open it when one is named, else IAM does', () => {
    const [plain] = Object.values(template.findResources('AWS::BedrockAgentCore::Runtime'));
    assert.equal(plain!.Properties.AuthorizerConfiguration, undefined);
    const mcpDiscoveryUrl = 'https://issuer.example/.well-known/openid-configuration';
    const named = synthesize({ mcp: 'true', mcpDiscoveryUrl, mcpAudience: 'a,b' });
    named.mcp!.hasResourceProperties('AWS::BedrockAgentCore::Runtime', {
        AuthorizerConfiguration: {
            CustomJWTAuthorizer: { DiscoveryUrl: mcpDiscoveryUrl, AllowedAudience: ['a', 'b'] },
        },
    });
    assert.throws(() => synthesize({ mcp: 'true', mcpAudience: 'a' }), /mcpDiscoveryUrl and mcpAudience go together/);
    assert.throws(() => synthesize({ mcp: 'true', mcpDiscoveryUrl: 'x', mcpAudience: 'a' }), /mcpDiscoveryUrl must end/);
});

test('only AgentCore of this account takes the role on', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
            Statement: [
                {
                    Action: 'sts:AssumeRole',
                    Effect: 'Allow',
                    Principal: { Service: 'bedrock-agentcore.amazonaws.com' },
                    Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' }, ArnLike: Match.anyValue() },
                },
            ],
        },
    });
});

test('the role reads; it writes results and log lines alone', () => {
    const reads = /^(athena:(Get|Start|Stop)Query|cloudwatch:Get|ecr:(BatchGet|Get)|firehose:(Describe|List)|glue:Get|kinesis:(Describe|List)|logs:Describe|s3:(Get|List))/;
    for (const statement of statements()) {
        for (const action of actions(statement).filter((each) => !reads.test(each))) {
            const resources = JSON.stringify(statement.Resource);
            if (action.startsWith('logs:')) {
                assert.match(resources, /runtimes\/acme_telemetry_mcp-\*/, action);
            } else {
                assert.ok(['s3:AbortMultipartUpload', 's3:PutObject'].includes(action), action);
                assert.match(resources, /athena-results\/\*/, action);
                assert.doesNotMatch(resources, /telemetry\/\*/, action);
            }
        }
    }
});

test('what has no resources, and only that, is allowed on all', () => {
    const open = statements().filter((each) => each.Resource === '*').flatMap(actions);
    assert.deepEqual(open.sort(), [
        'cloudwatch:GetMetricData',
        'ecr:GetAuthorizationToken',
        'firehose:ListDeliveryStreams',
        'kinesis:ListStreams',
    ]);
});
