import {
    aws_athena as athena,
    aws_glue as glue,
    aws_s3 as s3,
    CfnOutput,
    Duration,
    RemovalPolicy,
    Stack,
    StackProps,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

import {
    bucketName,
    DATABASE_NAME,
    EVENTS_PREFIX,
    RESULTS_PREFIX,
    TABLE_NAME,
    WORK_GROUP_NAME,
} from './names';
import { QUERIES } from './queries';
import { Settings } from './settings';

const COLUMNS: readonly [name: string, type: string, comment: string][] = [
    ['event_id', 'string', 'Unique event identifier'],
    ['event_timestamp', 'string', 'ISO 8601 timestamp'],
    ['event_type', 'string', 'start, pause, resume, stop, complete'],
    ['customer_id', 'string', 'Customer identifier'],
    ['title_id', 'string', 'Content identifier'],
    ['title_type', 'string', 'movie, series, documentary'],
    ['device_type', 'string', 'mobile, web, tv, tablet'],
    ['quality', 'string', 'Stream quality'],
    ['watch_duration_seconds', 'int', 'Watch duration'],
    ['completion_percentage', 'double', 'Completion percentage'],
];
// Text, not numbers: the keys are zero-padded folder names (month=03), and compare as such.
const PARTITION_KEYS = ['year', 'month', 'day', 'hour'];
const ABORT_UPLOADS_AFTER_DAYS = 7;

/** Where events end up, and what makes them a table: bucket, catalog, work group, queries. */
export class DataLakeStack extends Stack {
    readonly bucket: s3.Bucket;
    readonly database: glue.CfnDatabase;
    readonly table: glue.CfnTable;

    constructor(scope: Construct, id: string, settings: Settings, props: StackProps) {
        super(scope, id, props);
        this.bucket = this.makeBucket(settings);
        this.database = new glue.CfnDatabase(this, 'Database', {
            catalogId: this.account,
            databaseInput: { name: DATABASE_NAME, description: 'Telemetry of ACME Corp' },
        });
        this.table = this.makeTable();
        this.makeWorkGroup();
        new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName });
        new CfnOutput(this, 'WorkGroupName', { value: WORK_GROUP_NAME });
    }

    private makeBucket(settings: Settings): s3.Bucket {
        const destroy = settings.bucketRemoval === 'destroy';
        return new s3.Bucket(this, 'DataBucket', {
            bucketName: bucketName(this.account, this.region),
            encryption: s3.BucketEncryption.S3_MANAGED,
            blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
            enforceSSL: true,
            lifecycleRules: [
                {
                    id: 'query-results',
                    prefix: RESULTS_PREFIX,
                    expiration: Duration.days(settings.resultsExpirationDays),
                },
                {
                    id: 'uploads-that-were-left',
                    abortIncompleteMultipartUploadAfter: Duration.days(ABORT_UPLOADS_AFTER_DAYS),
                },
            ],
            // The events are their owner's, and outlive the stack unless told otherwise.
            removalPolicy: destroy ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
            autoDeleteObjects: destroy,
        });
    }

    private makeTable(): glue.CfnTable {
        const table = new glue.CfnTable(this, 'EventsTable', {
            catalogId: this.account,
            databaseName: DATABASE_NAME,
            tableInput: {
                name: TABLE_NAME,
                tableType: 'EXTERNAL_TABLE',
                parameters: { classification: 'json', compressionType: 'gzip' },
                partitionKeys: PARTITION_KEYS.map((name) => ({ name, type: 'string' })),
                storageDescriptor: {
                    columns: COLUMNS.map(([name, type, comment]) => ({ name, type, comment })),
                    location: this.bucket.s3UrlForObject(EVENTS_PREFIX),
                    inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
                    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
                    compressed: true,
                    serdeInfo: {
                        serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
                        parameters: { 'serialization.format': '1' },
                    },
                },
            },
        });
        table.addResourceDependency(this.database);
        return table;
    }

    private makeWorkGroup(): void {
        const workGroup = new athena.CfnWorkGroup(this, 'WorkGroup', {
            name: WORK_GROUP_NAME,
            description: 'Queries on the telemetry of ACME Corp',
            // Its history goes with it, else it could not be deleted once a query ran.
            recursiveDeleteOption: true,
            workGroupConfiguration: {
                enforceWorkGroupConfiguration: true,
                publishCloudWatchMetricsEnabled: false,
                resultConfiguration: {
                    outputLocation: this.bucket.s3UrlForObject(RESULTS_PREFIX),
                    encryptionConfiguration: { encryptionOption: 'SSE_S3' },
                },
            },
        });
        for (const { id, name, description, sql } of QUERIES) {
            const query = new athena.CfnNamedQuery(this, id, {
                name,
                description,
                database: DATABASE_NAME,
                queryString: sql,
                workGroup: WORK_GROUP_NAME,
            });
            query.addResourceDependency(workGroup);
            query.addResourceDependency(this.table);
        }
    }
}
