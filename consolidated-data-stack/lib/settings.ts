// What a deployment may choose: `cdk deploy --all -c batchSize=5000`, or "context" in cdk.json.
// A value outside of what AWS allows, and a name that is misspelt, stop the synthesis.

import { Node } from 'constructs';

export interface Settings {
    /** Events of one batch, 1..1,000,000. */
    readonly batchSize: number;
    /** How often there is a batch: rate(…) or cron(…). */
    readonly schedule: string;
    /** Firehose delivers after this many seconds, 0..900 … */
    readonly bufferIntervalSeconds: number;
    /** … or this many MiB, 1..128, whichever comes first. */
    readonly bufferSizeMiB: number;
    /** Of the stream's records, 24..8760. */
    readonly retentionHours: number;
    /** Of the log groups. */
    readonly logRetentionDays: number;
    /** Query results are deleted after this many days. */
    readonly resultsExpirationDays: number;
    /** What becomes of bucket and objects when the stack is destroyed. */
    readonly bucketRemoval: 'retain' | 'destroy';
    /** Whether there is the fourth stack, which serves the telemetry to agents. */
    readonly mcp: boolean;
    /** Of its image in the repository datastack-mcp. */
    readonly mcpImageTag: string;
    /** Whose tokens open it, instead of IAM: an issuer's discovery document, and for which audiences. */
    readonly mcpAuthorizer?: { readonly discoveryUrl: string; readonly audiences: readonly string[] };
    /** Both, or none: then the stacks deploy to whatever environment the CLI is in. */
    readonly account?: string;
    readonly region?: string;
}

export const LOG_RETENTION_DAYS = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function text(node: Node, name: string): string | undefined {
    const value: unknown = node.tryGetContext(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string' && typeof value !== 'number') {
        throw new Error(`context ${name} must be a text or a number, not ${JSON.stringify(value)}`);
    }
    return String(value);
}

function wholeNumber(node: Node, name: string, byDefault: number, min: number, max: number): number {
    const value = text(node, name);
    if (value === undefined) return byDefault;
    const number = Number(value);
    if (!/^[0-9]+$/.test(value) || number < min || number > max) {
        throw new Error(`context ${name} must be a whole number from ${min} to ${max}, not '${value}'`);
    }
    return number;
}

function oneOf<T extends string>(node: Node, name: string, byDefault: T, allowed: readonly T[]): T {
    const value = text(node, name) ?? byDefault;
    const found = allowed.find((each) => each === value);
    if (found === undefined) {
        throw new Error(`context ${name} must be one of ${allowed.join(', ')}, not '${value}'`);
    }
    return found;
}

function schedule(node: Node): string {
    const value = text(node, 'schedule') ?? 'rate(5 minutes)';
    const rate = /^rate\(([1-9][0-9]*) (minute|hour|day)(s?)\)$/.exec(value);
    const rateIsRight = rate !== null && (rate[1] === '1') === (rate[3] === '');
    if (!rateIsRight && !/^cron\((\S+ ){5}\S+\)$/.test(value)) {
        throw new Error(
            `context schedule must be rate(5 minutes), rate(1 hour), … or a cron(…) of six fields, not '${value}'`,
        );
    }
    return value;
}

/** true and false: as texts from -c, as they are from cdk.json. */
function flag(node: Node, name: string): boolean {
    const value: unknown = node.tryGetContext(name);
    if (typeof value === 'boolean') return value;
    return oneOf(node, name, 'false', ['true', 'false']) === 'true';
}

function imageTag(node: Node): string {
    const value = text(node, 'mcpImageTag') ?? 'latest';
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(value)) {
        throw new Error(`context mcpImageTag must be an image's tag, not '${value}'`);
    }
    return value;
}

function authorizer(node: Node): Settings['mcpAuthorizer'] {
    const discoveryUrl = text(node, 'mcpDiscoveryUrl');
    const audience = text(node, 'mcpAudience');
    if ((discoveryUrl === undefined) !== (audience === undefined)) {
        throw new Error('context mcpDiscoveryUrl and mcpAudience go together: give both, or none');
    }
    if (discoveryUrl === undefined || audience === undefined) return undefined;
    if (!/^https?:\/\/.+\/\.well-known\/openid-configuration$/.test(discoveryUrl)) {
        throw new Error(
            `context mcpDiscoveryUrl must end in /.well-known/openid-configuration, not '${discoveryUrl}'`,
        );
    }
    return { discoveryUrl, audiences: audience.split(',') };
}

function environment(node: Node): { account?: string; region?: string } {
    const account = text(node, 'account');
    const region = text(node, 'region');
    if ((account === undefined) !== (region === undefined)) {
        throw new Error('context account and region go together: give both, or none');
    }
    if (account === undefined || region === undefined) return {};
    if (!/^[0-9]{12}$/.test(account)) throw new Error(`context account must be 12 digits, not '${account}'`);
    if (!/^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region)) {
        throw new Error(`context region must be a region's name, not '${region}'`);
    }
    return { account, region };
}

export function readSettings(node: Node): Settings {
    const logRetentionDays = wholeNumber(node, 'logRetentionDays', 7, 1, 3653);
    if (!LOG_RETENTION_DAYS.includes(logRetentionDays)) {
        throw new Error(`context logRetentionDays must be one of ${LOG_RETENTION_DAYS.join(', ')}`);
    }
    return {
        batchSize: wholeNumber(node, 'batchSize', 1000, 1, 1_000_000),
        schedule: schedule(node),
        bufferIntervalSeconds: wholeNumber(node, 'bufferIntervalSeconds', 60, 0, 900),
        bufferSizeMiB: wholeNumber(node, 'bufferSizeMiB', 5, 1, 128),
        retentionHours: wholeNumber(node, 'retentionHours', 24, 24, 8760),
        logRetentionDays,
        resultsExpirationDays: wholeNumber(node, 'resultsExpirationDays', 30, 1, 36_500),
        bucketRemoval: oneOf(node, 'bucketRemoval', 'retain', ['retain', 'destroy']),
        mcp: flag(node, 'mcp'),
        mcpImageTag: imageTag(node),
        mcpAuthorizer: authorizer(node),
        ...environment(node),
    };
}
