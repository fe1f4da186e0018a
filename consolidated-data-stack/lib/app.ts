// The three stacks, joined, and the fourth for who asks for it.

import { App, StackProps } from 'aws-cdk-lib';

import { DataGenStack } from './data_gen_stack';
import { DataLakeStack } from './data_lake_stack';
import { KinesisStack } from './kinesis_stack';
import { McpStack } from './mcp_stack';
import { readSettings } from './settings';

export interface Stacks {
    readonly kinesis: KinesisStack;
    readonly dataLake: DataLakeStack;
    readonly dataGen: DataGenStack;
    readonly mcp?: McpStack;
}

export function makeStacks(app: App, functionsFolder?: string): Stacks {
    const settings = readSettings(app.node);
    const { account, region } = settings;
    const common: StackProps = account !== undefined ? { env: { account, region } } : {};
    const kinesis = new KinesisStack(app, 'AcmeKinesisStack', settings, {
        ...common,
        description: 'Telemetry: the data stream',
    });
    const dataLake = new DataLakeStack(app, 'AcmeDataLakeStack', settings, {
        ...common,
        description: 'Telemetry: bucket, catalog and queries',
    });
    const dataGen = new DataGenStack(app, 'AcmeDataGenStack', settings, {
        ...common,
        description: 'Telemetry: generator, producer and delivery to the lake',
        stream: kinesis.stream,
        bucket: dataLake.bucket,
        functionsFolder,
    });
    if (!settings.mcp) return { kinesis, dataLake, dataGen };
    const mcp = new McpStack(app, 'AcmeMcpStack', settings, {
        ...common,
        description: 'Telemetry: the MCP server for agents',
        stream: kinesis.stream,
        bucket: dataLake.bucket,
    });
    return { kinesis, dataLake, dataGen, mcp };
}
