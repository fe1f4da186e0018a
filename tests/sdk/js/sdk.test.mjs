// The JavaScript SDK, as it comes, against the server that AWS_ENDPOINT_URL names.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import { AthenaClient, GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { CloudWatchClient, GetMetricDataCommand, InvalidParameterValueException, ListMetricsCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateDeliveryStreamCommand, DescribeDeliveryStreamCommand, FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand, PutRecordsCommand, waitUntilStreamExists } from "@aws-sdk/client-kinesis";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const s3 = new S3Client({ forcePathStyle: true });

test("kinesis: records come back whole, each from its shard", async () => {
    // The Kinesis client speaks HTTP/2 unless told otherwise; the server does not yet.
    const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler() });
    await kinesis.send(new CreateStreamCommand({ StreamName: "js", ShardCount: 2, StreamModeDetails: { StreamMode: "PROVISIONED" } }));
    await waitUntilStreamExists({ client: kinesis, minDelay: 1, maxWaitTime: 10 }, { StreamName: "js" });
    const sent = Array.from({ length: 20 }, (_, i) => ({ PartitionKey: `k${i}`, Data: randomBytes(100) }));
    const answer = await kinesis.send(new PutRecordsCommand({ StreamName: "js", Records: sent }));
    assert.equal(answer.FailedRecordCount, 0);
    const shards = new Set(answer.Records.map((record) => record.ShardId));
    assert.equal(shards.size, 2);
    const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: "js" }));
    const got = new Map();
    for (const { ShardId } of Shards) {
        const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName: "js", ShardId, ShardIteratorType: "TRIM_HORIZON" }));
        const page = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
        for (const record of page.Records) got.set(record.PartitionKey, Buffer.from(record.Data).toString("hex"));
    }
    for (const { PartitionKey, Data } of sent) assert.equal(got.get(PartitionKey), Data.toString("hex"));
});

test("s3: default checksums, metadata, listing, errors", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "js-bucket", CreateBucketConfiguration: { LocationConstraint: process.env.AWS_REGION } }));
    const put = await s3.send(new PutObjectCommand({ Bucket: "js-bucket", Key: "a b/é.txt", Body: "hello", Metadata: { who: "me" } }));
    assert.equal(put.ETag, `"${createHash("md5").update("hello").digest("hex")}"`);
    assert.equal(put.ChecksumCRC32, "NhCmhg==");
    const got = await s3.send(new GetObjectCommand({ Bucket: "js-bucket", Key: "a b/é.txt", ChecksumMode: "ENABLED" }));
    assert.equal(await got.Body.transformToString(), "hello");
    assert.deepEqual(got.Metadata, { who: "me" });
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: "js-bucket", Delimiter: "/" }));
    assert.deepEqual(listed.CommonPrefixes, [{ Prefix: "a b/" }]);
    await assert.rejects(s3.send(new HeadObjectCommand({ Bucket: "js-bucket", Key: "none" })), { name: "NotFound" });
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket: "js-bucket", Key: "none" })), { name: "NoSuchKey" });
});

test("s3: a streamed multipart upload, and a presigned URL that reads a range of it", async () => {
    const body = randomBytes(12 * 1024 * 1024);
    await new Upload({ client: s3, params: { Bucket: "js-bucket", Key: "large", Body: body } }).done();
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "js-bucket", Key: "large" }), { expiresIn: 60 });
    const answer = await fetch(url, { headers: { Range: "bytes=5242880-5242979" } });
    assert.equal(answer.status, 206);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body.subarray(5242880, 5242980));
    const forged = await fetch(url.replace(/X-Amz-Signature=(.)/, (_, digit) => `X-Amz-Signature=${digit === "0" ? "1" : "0"}`));
    assert.equal(forged.status, 403);
});

test("firehose: direct put is described and taken", async () => {
    const firehose = new FirehoseClient({});
    await firehose.send(new CreateDeliveryStreamCommand({
        DeliveryStreamName: "js-delivery",
        ExtendedS3DestinationConfiguration: { RoleARN: "arn:aws:iam::000000000000:role/r", BucketARN: "arn:aws:s3:::js-bucket", Prefix: "out/", CompressionFormat: "GZIP" },
    }));
    for (let i = 0; i < 100; ++i) {
        const { DeliveryStreamDescription } = await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: "js-delivery" }));
        if (DeliveryStreamDescription.DeliveryStreamStatus === "ACTIVE") break;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const answer = await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: "js-delivery", Records: [{ Data: Buffer.from("{}\n") }, { Data: Buffer.from("{}\n") }] }));
    assert.equal(answer.FailedPutCount, 0);
    assert.equal(answer.RequestResponses.length, 2);
});

test("athena: a query and its typed columns", async () => {
    const athena = new AthenaClient({});
    const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({ QueryString: "SELECT 1 AS n, 'x' AS t" }));
    let state;
    do {
        await new Promise((resolve) => setTimeout(resolve, 20));
        ({ QueryExecution: { Status: { State: state } } } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId })));
    } while (state === "QUEUED" || state === "RUNNING");
    assert.equal(state, "SUCCEEDED");
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
    assert.deepEqual(ResultSet.ResultSetMetadata.ColumnInfo.map((column) => column.Type), ["integer", "varchar"]);
    assert.deepEqual(ResultSet.Rows.map((row) => row.Data.map((cell) => cell.VarCharValue)), [["n", "t"], ["1", "x"]]);
    await assert.rejects(athena.send(new StartQueryExecutionCommand({ QueryString: "SELEC 1" })), { name: "InvalidRequestException" });
});

test("lambda: errors have their names", async () => {
    await assert.rejects(new LambdaClient({}).send(new GetFunctionCommand({ FunctionName: "none" })), { name: "ResourceNotFoundException" });
});

for (const [name, config, sent] of [
    ["JSON", {}, ["application/x-amz-json-1.0 ", "application/x-amz-json-1.0 gzip"]],
    // In CBOR this SDK compresses after it has written the length.
    ["CBOR", { protocol: AwsSmithyRpcV2CborProtocol, disableRequestCompression: true }, ["application/cbor "]],
]) test(`cloudwatch: metrics in ${name}`, async () => {
    const bodies = new Set();
    const cloudwatch = new CloudWatchClient(config);
    cloudwatch.middlewareStack.add((next) => async (args) => {
        bodies.add(`${args.request.headers["content-type"]} ${args.request.headers["content-encoding"] ?? ""}`);
        return next(args);
    }, { step: "finalizeRequest", priority: "low" });
    const Namespace = `Js/${name}`;
    const Dimensions = [{ Name: "Host", Value: "a" }];
    const put = (count) => cloudwatch.send(new PutMetricDataCommand({
        Namespace,
        MetricData: Array.from({ length: count }, (_, i) => ({ MetricName: "load", Values: [i, 1.5], Unit: "Percent", Dimensions })),
    }));
    await put(2);
    await put(500);
    assert.deepEqual([...bodies], sent);
    const now = Date.now();
    const { MetricDataResults } = await cloudwatch.send(new GetMetricDataCommand({
        StartTime: new Date(now - 3_600_000),
        EndTime: new Date(now + 120_000),
        MetricDataQueries: [
            { Id: "n", MetricStat: { Metric: { Namespace, MetricName: "load", Dimensions }, Period: 60, Stat: "SampleCount" } },
            { Id: "rate", Expression: "n / PERIOD(n)" },
        ],
    }));
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    assert.equal(sum(MetricDataResults[0].Values), 1004);
    assert.ok(Math.abs(sum(MetricDataResults[1].Values) - 1004 / 60) < 1e-9);
    assert.ok(MetricDataResults[0].Timestamps[0] instanceof Date);
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace }));
    assert.deepEqual(Metrics, [{ Namespace, MetricName: "load", Dimensions }]);
    await assert.rejects(
        cloudwatch.send(new PutMetricDataCommand({ Namespace: "AWS/x", MetricData: [{ MetricName: "m", Value: 1 }] })),
        (error) => error instanceof InvalidParameterValueException
            && error.message === "The value AWS/x for parameter Namespace is invalid.");
});
