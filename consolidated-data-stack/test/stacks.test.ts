// The three templates: names and settings as users know them, the order in which resources must be
// made, and roles that may do what they need and nothing else.

import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';

import { ARM64, BOUND, functionsFolder, synthesize } from './testing';

interface Resource {
    readonly Type: string;
    readonly Properties?: Record<string, unknown>;
    readonly DependsOn?: string[];
    readonly DeletionPolicy?: string;
}
interface Statement {
    readonly Action: string | string[];
    readonly Effect: string;
    readonly Resource: unknown;
}

const agnostic = synthesize();
const bound = synthesize(BOUND);

function resources(template: Template, type: string): [string, Resource][] {
    return Object.entries(template.findResources(type)) as [string, Resource][];
}

function only(template: Template, type: string): [string, Resource] {
    const found = resources(template, type);
    assert.equal(found.length, 1, type);
    return found[0]!;
}

/** Logical ids that a resource waits for: what it refers to, and DependsOn; theirs too. */
function waitsFor(template: Template, id: string, seen = new Set<string>()): Set<string> {
    const all = template.toJSON().Resources as Record<string, Resource>;
    const visit = (value: unknown): void => {
        if (Array.isArray(value)) return value.forEach(visit);
        if (typeof value !== 'object' || value === null) return;
        const { Ref: reference, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
        if (typeof reference === 'string') add(reference);
        if (Array.isArray(attribute)) add(String(attribute[0]));
        Object.values(value).forEach(visit);
    };
    const add = (other: string): void => {
        if (!(other in all) || seen.has(other)) return;
        seen.add(other);
        waitsFor(template, other, seen);
    };
    visit(all[id]!.Properties ?? {});
    (all[id]!.DependsOn ?? []).forEach(add);
    return seen;
}

function statements(template: Template): Statement[] {
    return resources(template, 'AWS::IAM::Policy').flatMap(
        ([, policy]) => (policy.Properties!.PolicyDocument as { Statement: Statement[] }).Statement,
    );
}

function actionsOfRole(template: Template, roleId: string): string[] {
    return resources(template, 'AWS::IAM::Policy')
        .filter(([, policy]) => JSON.stringify(policy.Properties!.Roles) === JSON.stringify([{ Ref: roleId }]))
        .flatMap(([, policy]) => (policy.Properties!.PolicyDocument as { Statement: Statement[] }).Statement)
        .flatMap((statement) => statement.Action)
        .sort();
}

function roleOf(resource: Resource, ...path: string[]): string {
    const arn = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], resource.Properties);
    return (arn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0]!;
}

test('the stream: on demand, 24 hours, the key that AWS manages', () => {
    agnostic.kinesis.templateMatches({
        Resources: {
            [only(agnostic.kinesis, 'AWS::Kinesis::Stream')[0]]: {
                Properties: {
                    Name: 'acme-telemetry-stream',
                    RetentionPeriodHours: 24,
                    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
                    StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
                },
            },
        },
    });
});

test('the bucket: named by account and region, closed, encrypted, kept', () => {
    bound.dataLake.hasResource('AWS::S3::Bucket', {
        Properties: {
            BucketName: 'acme-telemetry-data-123456789012-us-west-2',
            PublicAccessBlockConfiguration: {
                BlockPublicAcls: true,
                BlockPublicPolicy: true,
                IgnorePublicAcls: true,
                RestrictPublicBuckets: true,
            },
            LifecycleConfiguration: {
                Rules: Match.arrayWith([
                    { Id: 'query-results', Prefix: 'athena-results/', ExpirationInDays: 30, Status: 'Enabled' },
                ]),
            },
        },
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
    });
    bound.dataLake.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
            Statement: [
                Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
            ],
        },
    });
    agnostic.dataLake.hasResourceProperties('AWS::S3::Bucket', {
        BucketName: {
            'Fn::Join': ['', ['acme-telemetry-data-', { Ref: 'AWS::AccountId' }, '-', { Ref: 'AWS::Region' }]],
        },
    });
});

test('no lifecycle rule touches the events', () => {
    const [, bucket] = only(agnostic.dataLake, 'AWS::S3::Bucket');
    const { Rules: rules } = bucket.Properties!.LifecycleConfiguration as { Rules: Record<string, unknown>[] };
    for (const rule of rules) {
        if (Object.keys(rule).some((key) => /Expiration|Transition/.test(key))) {
            assert.equal(rule.Prefix, 'athena-results/');
        }
    }
});

test('the table: text partition keys, the columns of the events, the location with its slash', () => {
    agnostic.dataLake.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'acme_telemetry' } });
    const [id, table] = only(agnostic.dataLake, 'AWS::Glue::Table');
    const input = table.Properties!.TableInput as {
        Name: string;
        PartitionKeys: { Name: string; Type: string }[];
        StorageDescriptor: { Columns: { Name: string; Type: string }[] };
    };
    assert.equal(input.Name, 'streaming_events');
    assert.deepEqual(
        input.PartitionKeys.map((key) => `${key.Name} ${key.Type}`),
        ['year string', 'month string', 'day string', 'hour string'],
    );
    assert.deepEqual(
        input.StorageDescriptor.Columns.map((column) => `${column.Name} ${column.Type}`),
        [
            'event_id string',
            'event_timestamp string',
            'event_type string',
            'customer_id string',
            'title_id string',
            'title_type string',
            'device_type string',
            'quality string',
            'watch_duration_seconds int',
            'completion_percentage double',
        ],
    );
    bound.dataLake.hasResourceProperties('AWS::Glue::Table', {
        TableInput: {
            StorageDescriptor: {
                Location: { 'Fn::Join': ['', ['s3://', { Ref: Match.anyValue() }, '/telemetry/']] },
                SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
            },
        },
    });
    assert.ok(waitsFor(agnostic.dataLake, id).has(only(agnostic.dataLake, 'AWS::Glue::Database')[0]));
});

test('a work group with a result location, and the four queries in it', () => {
    agnostic.dataLake.hasResourceProperties('AWS::Athena::WorkGroup', {
        Name: 'acme-telemetry',
        WorkGroupConfiguration: {
            EnforceWorkGroupConfiguration: true,
            ResultConfiguration: {
                OutputLocation: { 'Fn::Join': ['', ['s3://', { Ref: Match.anyValue() }, '/athena-results/']] },
            },
        },
    });
    const [workGroup] = only(agnostic.dataLake, 'AWS::Athena::WorkGroup');
    const queries = resources(agnostic.dataLake, 'AWS::Athena::NamedQuery');
    assert.equal(queries.length, 4);
    for (const [id, query] of queries) {
        assert.equal(query.Properties!.WorkGroup, 'acme-telemetry');
        assert.match(String(query.Properties!.QueryString), /FROM acme_telemetry\.streaming_events/);
        assert.ok(waitsFor(agnostic.dataLake, id).has(workGroup));
    }
});

test('delivery: 60 s or 5 MiB, GZIP, Hive folders, errors outside of the table', () => {
    agnostic.dataGen.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
        DeliveryStreamName: 'acme-data-kinesis-to-s3',
        DeliveryStreamType: 'KinesisStreamAsSource',
        ExtendedS3DestinationConfiguration: {
            BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 5 },
            CompressionFormat: 'GZIP',
            Prefix:
                'telemetry/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/',
            ErrorOutputPrefix: Match.stringLikeRegexp('^errors/'),
            CloudWatchLoggingOptions: { Enabled: true, LogStreamName: 'DestinationDelivery' },
        },
    });
});

test('functions, their log groups with retention, and the schedule', () => {
    for (const name of ['acme-data-generator', 'acme-data-producer']) {
        agnostic.dataGen.hasResourceProperties('AWS::Lambda::Function', {
            FunctionName: name,
            Runtime: 'provided.al2023',
            Architectures: ['x86_64'],
            Timeout: 60,
        });
    }
    for (const name of [
        '/aws/lambda/acme-data-generator',
        '/aws/lambda/acme-data-producer',
        '/aws/firehose/acme-data-kinesis-to-s3',
    ]) {
        agnostic.dataGen.hasResource('AWS::Logs::LogGroup', {
            Properties: { LogGroupName: name, RetentionInDays: 7 },
            DeletionPolicy: 'Delete',
        });
    }
    agnostic.dataGen.hasResourceProperties('AWS::Events::Rule', {
        Name: 'acme-data-generator-schedule',
        ScheduleExpression: 'rate(5 minutes)',
        State: 'ENABLED',
    });
    agnostic.dataGen.hasResourceProperties('AWS::Lambda::Permission', {
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [only(agnostic.dataGen, 'AWS::Events::Rule')[0], 'Arn'] },
    });
});

test('the schedule waits for the delivery stream, that for the policy of its role', () => {
    for (const { dataGen } of [agnostic, bound]) {
        const [rule] = only(dataGen, 'AWS::Events::Rule');
        const [deliveryId, delivery] = only(dataGen, 'AWS::KinesisFirehose::DeliveryStream');
        assert.ok(waitsFor(dataGen, rule).has(deliveryId));
        const role = roleOf(delivery, 'ExtendedS3DestinationConfiguration', 'RoleARN');
        assert.equal(roleOf(delivery, 'KinesisStreamSourceConfiguration', 'RoleARN'), role);
        assertPoliciesComeFirst(dataGen, deliveryId, role);
    }
});

test('each function waits for the policy of its role and for its log group', () => {
    for (const [id, made] of resources(agnostic.dataGen, 'AWS::Lambda::Function')) {
        assertPoliciesComeFirst(agnostic.dataGen, id, roleOf(made, 'Role'));
        const group = resources(agnostic.dataGen, 'AWS::Logs::LogGroup').find(
            ([, each]) => each.Properties!.LogGroupName === `/aws/lambda/${made.Properties!.FunctionName}`,
        );
        assert.ok(waitsFor(agnostic.dataGen, id).has(group![0]));
    }
});

function assertPoliciesComeFirst(template: Template, id: string, role: string): void {
    const policies = resources(template, 'AWS::IAM::Policy').filter(([, policy]) =>
        JSON.stringify(policy.Properties!.Roles).includes(role),
    );
    assert.ok(policies.length > 0, `${role} has a policy`);
    for (const [policy] of policies) assert.ok(waitsFor(template, id).has(policy), `${id} waits for ${policy}`);
}

test('roles: each its own, and exactly the actions that it needs', () => {
    const { dataGen } = agnostic;
    const byName = new Map(
        resources(dataGen, 'AWS::Lambda::Function').map(([, each]) => [each.Properties!.FunctionName, each]),
    );
    const generator = roleOf(byName.get('acme-data-generator')!, 'Role');
    const producer = roleOf(byName.get('acme-data-producer')!, 'Role');
    const delivery = roleOf(
        only(dataGen, 'AWS::KinesisFirehose::DeliveryStream')[1],
        'ExtendedS3DestinationConfiguration',
        'RoleARN',
    );
    assert.equal(new Set([generator, producer, delivery]).size, 3);
    const logging = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    assert.deepEqual(actionsOfRole(dataGen, generator), ['lambda:InvokeFunction', ...logging]);
    assert.deepEqual(actionsOfRole(dataGen, producer), [
        'glue:BatchCreatePartition',
        'glue:GetTable',
        'kinesis:PutRecords',
        ...logging,
    ]);
    assert.deepEqual(actionsOfRole(dataGen, delivery), [
        'kinesis:DescribeStream',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
        'logs:PutLogEvents',
        's3:AbortMultipartUpload',
        's3:GetBucketLocation',
        's3:GetObject',
        's3:ListBucket',
        's3:ListBucketMultipartUploads',
        's3:PutObject',
    ]);
    dataGen.resourceCountIs('AWS::IAM::Role', 3);
});

test('no policy has a wildcard action or resource, nor may anybody make a log group', () => {
    for (const { all } of [agnostic, bound]) {
        for (const template of all) {
            assert.ok(!JSON.stringify(template.toJSON()).includes('CreateLogGroup'));
            for (const [, role] of resources(template, 'AWS::IAM::Role')) {
                assert.equal(role.Properties!.ManagedPolicyArns, undefined);
                assert.equal(role.Properties!.Policies, undefined);
            }
            for (const statement of statements(template)) {
                assert.equal(statement.Effect, 'Allow');
                for (const action of [statement.Action].flat()) assert.ok(!action.includes('*'), action);
                for (const resource of [statement.Resource].flat()) assert.notEqual(resource, '*');
            }
        }
    }
});

test('the processor is that of the zips', () => {
    const { dataGen } = synthesize({}, functionsFolder(ARM64));
    for (const [, each] of resources(dataGen, 'AWS::Lambda::Function')) {
        assert.deepEqual(each.Properties!.Architectures, ['arm64']);
    }
});

test('a deployment grows by context', () => {
    const grown = synthesize({
        batchSize: '50000',
        schedule: 'rate(1 minute)',
        bufferIntervalSeconds: '300',
        bufferSizeMiB: '128',
        retentionHours: '168',
        logRetentionDays: '30',
        resultsExpirationDays: '1',
    });
    grown.kinesis.hasResourceProperties('AWS::Kinesis::Stream', { RetentionPeriodHours: 168 });
    grown.dataGen.hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: { BATCH_SIZE: '50000' } },
    });
    grown.dataGen.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
    grown.dataGen.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
        ExtendedS3DestinationConfiguration: { BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 128 } },
    });
    grown.dataGen.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});

test('bucketRemoval=destroy: bucket and objects go with the stack', () => {
    const { dataLake } = synthesize({ bucketRemoval: 'destroy' });
    dataLake.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    dataLake.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
});

test('a wrong setting is refused by name', () => {
    for (const [context, message] of [
        [{ batchSize: '0' }, /batchSize must be a whole number from 1 to 1000000, not '0'/],
        [{ batchSize: 'many' }, /batchSize/],
        [{ batchSize: true }, /batchSize must be a text or a number/],
        [{ schedule: 'rate(1 minutes)' }, /schedule must be rate/],
        [{ schedule: 'every minute' }, /schedule must be rate/],
        [{ bufferIntervalSeconds: '901' }, /bufferIntervalSeconds must be a whole number from 0 to 900/],
        [{ bufferSizeMiB: '1.5' }, /bufferSizeMiB/],
        [{ retentionHours: '23' }, /retentionHours must be a whole number from 24 to 8760/],
        [{ logRetentionDays: '8' }, /logRetentionDays must be one of 1, 3, 5, 7/],
        [{ bucketRemoval: 'keep' }, /bucketRemoval must be one of retain, destroy, not 'keep'/],
        [{ account: '123456789012' }, /account and region go together/],
        [{ account: '12', region: 'us-west-2' }, /account must be 12 digits/],
        [{ account: '123456789012', region: 'west' }, /region must be a region's name/],
    ] as [Record<string, unknown>, RegExp][]) {
        assert.throws(() => synthesize(context), { message });
    }
});

test('the same input makes the same templates', () => {
    const folder = functionsFolder();
    const texts = [0, 1].map(() => JSON.stringify(synthesize({}, folder).all.map((each) => each.toJSON())));
    assert.equal(texts[0], texts[1]);
});
