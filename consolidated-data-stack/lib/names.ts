// The names that the rest of the world knows: functions, log lines, SQL and clients use them as
// written here. Everything else is named by CloudFormation.

export const STREAM_NAME = 'acme-telemetry-stream';
export const DELIVERY_STREAM_NAME = 'acme-data-kinesis-to-s3';
export const DELIVERY_LOG_STREAM_NAME = 'DestinationDelivery';
export const GENERATOR_NAME = 'acme-data-generator';
export const PRODUCER_NAME = 'acme-data-producer';
export const FUNCTION_NAMES: readonly string[] = [GENERATOR_NAME, PRODUCER_NAME];
export const RULE_NAME = 'acme-data-generator-schedule';
export const DATABASE_NAME = 'acme_telemetry';
export const TABLE_NAME = 'streaming_events';
export const WORK_GROUP_NAME = 'acme-telemetry';
// The fourth stack's. AgentCore allows letters, digits and underscores.
export const MCP_RUNTIME_NAME = 'acme_telemetry_mcp';
export const MCP_REPOSITORY_NAME = 'datastack-mcp';

// Key prefixes in the bucket. Errors lie outside of the table's location, else queries would read
// them as events.
export const EVENTS_PREFIX = 'telemetry/';
export const ERRORS_PREFIX = 'errors/';
export const RESULTS_PREFIX = 'athena-results/';

export function bucketName(account: string, region: string): string {
    return `acme-telemetry-data-${account}-${region}`;
}
