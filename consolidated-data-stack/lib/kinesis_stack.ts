import { aws_kinesis as kinesis, CfnOutput, Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import { STREAM_NAME } from './names';
import { Settings } from './settings';

/** The stream of events: on demand, encrypted with the key that AWS manages for Kinesis. */
export class KinesisStack extends Stack {
    readonly stream: kinesis.Stream;

    constructor(scope: Construct, id: string, settings: Settings, props: StackProps) {
        super(scope, id, props);
        this.stream = new kinesis.Stream(this, 'TelemetryStream', {
            streamName: STREAM_NAME,
            streamMode: kinesis.StreamMode.ON_DEMAND,
            retentionPeriod: Duration.hours(settings.retentionHours),
            encryption: kinesis.StreamEncryption.MANAGED,
            // What it holds is on its way to the lake, and gone after a day in any case.
            removalPolicy: RemovalPolicy.DESTROY,
        });
        new CfnOutput(this, 'StreamName', { value: STREAM_NAME });
    }
}
