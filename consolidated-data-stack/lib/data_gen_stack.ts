import {
    ArnFormat,
    aws_events as events,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_kinesis as kinesis,
    aws_kinesisfirehose as firehose,
    aws_lambda as lambda,
    aws_logs as logs,
    aws_s3 as s3,
    Duration,
    RemovalPolicy,
    Stack,
    StackProps,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

import { functionPackage } from './functions';
import {
    DATABASE_NAME,
    DELIVERY_LOG_STREAM_NAME,
    DELIVERY_STREAM_NAME,
    ERRORS_PREFIX,
    EVENTS_PREFIX,
    GENERATOR_NAME,
    PRODUCER_NAME,
    RULE_NAME,
    STREAM_NAME,
    TABLE_NAME,
} from './names';
import { Settings } from './settings';
import { PACKAGED_FOLDER } from './zip';

export interface DataGenStackProps extends StackProps {
    readonly stream: kinesis.IStream;
    readonly bucket: s3.IBucket;
    /** Where the functions' zips lie; by default where `npm run build` puts them. */
    readonly functionsFolder?: string;
}

const FUNCTION_TIMEOUT = Duration.seconds(60);
const FUNCTION_MEMORY_MIB = 256;

/** What makes events and what carries them: schedule, generator, producer, delivery stream. */
export class DataGenStack extends Stack {
    private readonly settings: Settings;
    private readonly functionsFolder: string;

    constructor(scope: Construct, id: string, settings: Settings, props: DataGenStackProps) {
        super(scope, id, props);
        this.settings = settings;
        this.functionsFolder = props.functionsFolder ?? PACKAGED_FOLDER;
        const delivery = this.makeDelivery(props.stream, props.bucket);
        const producer = this.makeProducer(props.stream);
        const generator = this.makeGenerator(producer);
        this.makeSchedule(generator, delivery);
    }

    private makeLogGroup(id: string, name: string): logs.LogGroup {
        return new logs.LogGroup(this, id, {
            logGroupName: name,
            retention: this.settings.logRetentionDays as logs.RetentionDays,
            removalPolicy: RemovalPolicy.DESTROY,
        });
    }

    // A role and, as one policy, exactly what it may do. Whoever takes the role must depend on the
    // policy: a role is usable before its policy is there.
    private makeRole(id: string, service: string, statements: iam.PolicyStatement[]): [iam.Role, iam.Policy] {
        const role = new iam.Role(this, `${id}Role`, { assumedBy: new iam.ServicePrincipal(service) });
        const policy = new iam.Policy(this, `${id}Policy`, { roles: [role], statements });
        return [role, policy];
    }

    private makeDelivery(stream: kinesis.IStream, bucket: s3.IBucket): firehose.CfnDeliveryStream {
        const logGroup = this.makeLogGroup('DeliveryLogGroup', `/aws/firehose/${DELIVERY_STREAM_NAME}`);
        const logStream = new logs.LogStream(this, 'DeliveryLogStream', {
            logGroup,
            logStreamName: DELIVERY_LOG_STREAM_NAME,
            removalPolicy: RemovalPolicy.DESTROY,
        });
        const [role, policy] = this.makeRole('Delivery', 'firehose.amazonaws.com', [
            new iam.PolicyStatement({
                actions: ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
                resources: [stream.streamArn],
            }),
            new iam.PolicyStatement({
                actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
                resources: [bucket.bucketArn],
            }),
            new iam.PolicyStatement({
                actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
                resources: [bucket.arnForObjects(`${EVENTS_PREFIX}*`), bucket.arnForObjects(`${ERRORS_PREFIX}*`)],
            }),
            new iam.PolicyStatement({
                actions: ['logs:PutLogEvents'],
                resources: [this.logStreamArn(logGroup, DELIVERY_LOG_STREAM_NAME)],
            }),
        ]);
        const delivery = new firehose.CfnDeliveryStream(this, 'DeliveryStream', {
            deliveryStreamName: DELIVERY_STREAM_NAME,
            deliveryStreamType: 'KinesisStreamAsSource',
            kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: role.roleArn },
            extendedS3DestinationConfiguration: {
                bucketArn: bucket.bucketArn,
                roleArn: role.roleArn,
                prefix:
                    `${EVENTS_PREFIX}year=!{timestamp:yyyy}/month=!{timestamp:MM}/` +
                    'day=!{timestamp:dd}/hour=!{timestamp:HH}/',
                errorOutputPrefix:
                    `${ERRORS_PREFIX}!{firehose:error-output-type}/year=!{timestamp:yyyy}/` +
                    'month=!{timestamp:MM}/day=!{timestamp:dd}/',
                bufferingHints: {
                    intervalInSeconds: this.settings.bufferIntervalSeconds,
                    sizeInMBs: this.settings.bufferSizeMiB,
                },
                compressionFormat: 'GZIP',
                cloudWatchLoggingOptions: {
                    enabled: true,
                    logGroupName: logGroup.logGroupName,
                    logStreamName: DELIVERY_LOG_STREAM_NAME,
                },
            },
        });
        delivery.node.addDependency(policy, logStream);
        return delivery;
    }

    private makeProducer(stream: kinesis.IStream): lambda.Function {
        const catalog = { service: 'glue', resource: 'catalog' };
        return this.makeFunction(
            'Producer',
            PRODUCER_NAME,
            'Sends events to the stream and registers the hour they land in',
            { STREAM_NAME, DATABASE_NAME, TABLE_NAME },
            [
                new iam.PolicyStatement({ actions: ['kinesis:PutRecords'], resources: [stream.streamArn] }),
                // Glue asks for the catalog and the database too, not only for the table.
                new iam.PolicyStatement({
                    actions: ['glue:GetTable', 'glue:BatchCreatePartition'],
                    resources: [
                        this.formatArn(catalog),
                        this.formatArn({ ...catalog, resource: 'database', resourceName: DATABASE_NAME }),
                        this.formatArn({ ...catalog, resource: 'table', resourceName: `${DATABASE_NAME}/${TABLE_NAME}` }),
                    ],
                }),
            ],
        );
    }

    private makeGenerator(producer: lambda.Function): lambda.Function {
        return this.makeFunction(
            'Generator',
            GENERATOR_NAME,
            'Makes a batch of telemetry events and hands it to the producer',
            { PRODUCER_FUNCTION_NAME: producer.functionName, BATCH_SIZE: String(this.settings.batchSize) },
            [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [producer.functionArn] })],
        );
    }

    private makeFunction(
        id: string,
        name: string,
        description: string,
        environment: Record<string, string>,
        statements: iam.PolicyStatement[],
    ): lambda.Function {
        // The stack owns the log group, so the function need not be able to make one.
        const logGroup = this.makeLogGroup(`${id}LogGroup`, `/aws/lambda/${name}`);
        const [role, policy] = this.makeRole(id, 'lambda.amazonaws.com', [
            ...statements,
            new iam.PolicyStatement({
                actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                resources: [this.logStreamArn(logGroup, '*')],
            }),
        ]);
        const packaged = functionPackage(name, this.functionsFolder);
        const made = new lambda.Function(this, id, {
            functionName: name,
            description,
            runtime: lambda.Runtime.PROVIDED_AL2023,
            architecture: packaged.architecture,
            handler: 'bootstrap',
            code: lambda.Code.fromAsset(packaged.path),
            role,
            environment,
            timeout: FUNCTION_TIMEOUT,
            memorySize: FUNCTION_MEMORY_MIB,
        });
        made.node.addDependency(policy, logGroup);
        return made;
    }

    private makeSchedule(generator: lambda.Function, delivery: firehose.CfnDeliveryStream): void {
        const rule = new events.Rule(this, 'Schedule', {
            ruleName: RULE_NAME,
            description: 'A batch of telemetry events at each tick',
            schedule: events.Schedule.expression(this.settings.schedule),
            targets: [new targets.LambdaFunction(generator)],
        });
        // Firehose starts reading where the stream is when it first reads: events that were made
        // before would never reach the lake.
        rule.node.addDependency(delivery);
    }

    // Built from the name: the Arn attribute of a log group ends in ":*".
    private logStreamArn(logGroup: logs.LogGroup, logStreamName: string): string {
        return this.formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: `${logGroup.logGroupName}:log-stream:${logStreamName}`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        });
    }
}
