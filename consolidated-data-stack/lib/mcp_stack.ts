import {
    ArnFormat,
    aws_bedrockagentcore as agentcore,
    aws_iam as iam,
    aws_kinesis as kinesis,
    aws_s3 as s3,
    CfnOutput,
    Stack,
    StackProps,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

import {
    DATABASE_NAME,
    DELIVERY_STREAM_NAME,
    EVENTS_PREFIX,
    MCP_REPOSITORY_NAME,
    MCP_RUNTIME_NAME,
    RESULTS_PREFIX,
    WORK_GROUP_NAME,
} from './names';
import { Settings } from './settings';

export interface McpStackProps extends StackProps {
    readonly stream: kinesis.IStream;
    readonly bucket: s3.IBucket;
}

// What clients of MCP send and AgentCore would drop. Absent ones are tolerated by the server.
const PASSED_HEADERS = ['Mcp-Method', 'Mcp-Name'];

/** The telemetry for agents: datastack-mcp in Bedrock AgentCore Runtime, which may only read. */
export class McpStack extends Stack {
    readonly runtime: agentcore.CfnRuntime;

    constructor(scope: Construct, id: string, settings: Settings, props: McpStackProps) {
        super(scope, id, props);
        const repository = this.formatArn({ service: 'ecr', resource: 'repository', resourceName: MCP_REPOSITORY_NAME });
        const role = new iam.Role(this, 'RuntimeRole', {
            assumedBy: new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com', {
                conditions: {
                    StringEquals: { 'aws:SourceAccount': this.account },
                    ArnLike: {
                        'aws:SourceArn': this.formatArn({ service: 'bedrock-agentcore', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME }),
                    },
                },
            }),
        });
        const policy = new iam.Policy(this, 'RuntimePolicy', {
            roles: [role],
            statements: [
                ...this.platformStatements(repository),
                ...this.queryStatements(props.bucket),
                ...this.statusStatements(props.stream),
            ],
        });
        this.runtime = new agentcore.CfnRuntime(this, 'Runtime', {
            agentRuntimeName: MCP_RUNTIME_NAME,
            description: 'MCP: agents ask the telemetry of ACME Corp',
            agentRuntimeArtifact: {
                containerConfiguration: {
                    containerUri:
                        `${this.account}.dkr.ecr.${this.region}.${this.urlSuffix}/` +
                        `${MCP_REPOSITORY_NAME}:${settings.mcpImageTag}`,
                },
            },
            roleArn: role.roleArn,
            networkConfiguration: { networkMode: 'PUBLIC' },
            protocolConfiguration: 'MCP',
            authorizerConfiguration: settings.mcpAuthorizer && {
                customJwtAuthorizer: {
                    discoveryUrl: settings.mcpAuthorizer.discoveryUrl,
                    allowedAudience: [...settings.mcpAuthorizer.audiences],
                },
            },
            requestHeaderConfiguration: { requestHeaderAllowlist: PASSED_HEADERS },
            environmentVariables: { DATASTACK_MCP_WORKGROUP: WORK_GROUP_NAME },
        });
        // The image is pulled with the role.
        this.runtime.node.addDependency(policy);
        new CfnOutput(this, 'RuntimeArn', { value: this.runtime.attrAgentRuntimeArn });
    }

    // The image, and the log of what the program says.
    private platformStatements(repository: string): iam.PolicyStatement[] {
        const logs = { service: 'logs', resource: 'log-group', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
        const group = `/aws/bedrock-agentcore/runtimes/${MCP_RUNTIME_NAME}-*`;
        return [
            new iam.PolicyStatement({
                actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
                resources: [repository],
            }),
            // Has no resources.
            new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
            new iam.PolicyStatement({
                actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
                resources: [
                    this.formatArn({ ...logs, resourceName: group }),
                    this.formatArn({ ...logs, resourceName: `${group}:log-stream:*` }),
                ],
            }),
        ];
    }

    // Queries in the work group, on the one database, and their results.
    private queryStatements(bucket: s3.IBucket): iam.PolicyStatement[] {
        const catalog = { service: 'glue', resource: 'catalog' };
        return [
            new iam.PolicyStatement({
                actions: [
                    'athena:GetQueryExecution',
                    'athena:GetQueryResults',
                    'athena:StartQueryExecution',
                    'athena:StopQueryExecution',
                ],
                resources: [
                    this.formatArn({ service: 'athena', resource: 'workgroup', resourceName: WORK_GROUP_NAME }),
                ],
            }),
            new iam.PolicyStatement({
                actions: ['glue:GetDatabase', 'glue:GetDatabases', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
                resources: [
                    this.formatArn(catalog),
                    this.formatArn({ ...catalog, resource: 'database', resourceName: DATABASE_NAME }),
                    this.formatArn({ ...catalog, resource: 'table', resourceName: `${DATABASE_NAME}/*` }),
                ],
            }),
            new iam.PolicyStatement({
                actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
                resources: [bucket.bucketArn],
            }),
            new iam.PolicyStatement({
                actions: ['s3:GetObject'],
                resources: [bucket.arnForObjects(`${EVENTS_PREFIX}*`), bucket.arnForObjects(`${RESULTS_PREFIX}*`)],
            }),
            // Athena writes results with the caller's rights.
            new iam.PolicyStatement({
                actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
                resources: [bucket.arnForObjects(`${RESULTS_PREFIX}*`)],
            }),
        ];
    }

    // The tool stream_status.
    private statusStatements(stream: kinesis.IStream): iam.PolicyStatement[] {
        return [
            new iam.PolicyStatement({ actions: ['kinesis:DescribeStreamSummary'], resources: [stream.streamArn] }),
            new iam.PolicyStatement({
                actions: ['firehose:DescribeDeliveryStream'],
                resources: [
                    this.formatArn({
                        service: 'firehose',
                        resource: 'deliverystream',
                        resourceName: DELIVERY_STREAM_NAME,
                    }),
                ],
            }),
            // Have no resources.
            new iam.PolicyStatement({
                actions: ['cloudwatch:GetMetricData', 'firehose:ListDeliveryStreams', 'kinesis:ListStreams'],
                resources: ['*'],
            }),
        ];
    }
}
