// What the tests share: small functions' zips made here, so that no C++ build is needed, and the
// synthesized stacks.

import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as zlib from 'zlib';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

import { makeStacks, Stacks } from '../lib/app';
import { FUNCTION_NAMES } from '../lib/names';

export const X86_64 = 62;
export const ARM64 = 183;

export interface ZipEntry {
    readonly name: string;
    readonly data: Buffer;
    readonly mode?: number;
    readonly packed?: boolean;
}

/** The first bytes of a program for a processor. */
export function program(machine: number): Buffer {
    const elf = Buffer.alloc(64);
    elf.write('\x7fELF\x02\x01\x01', 0, 'latin1');
    elf.writeUInt16LE(2, 16);
    elf.writeUInt16LE(machine, 18);
    return elf;
}

export function zip(entries: ZipEntry[]): Buffer {
    const parts: Buffer[] = [];
    const directory: Buffer[] = [];
    let offset = 0;
    for (const { name, data, mode = 0o755, packed = false } of entries) {
        const body = packed ? zlib.deflateRawSync(data) : data;
        const fixed = Buffer.alloc(26);
        fixed.writeUInt16LE(20, 0);
        fixed.writeUInt16LE(packed ? 8 : 0, 4);
        fixed.writeUInt32LE(zlib.crc32?.(data) ?? 0, 10);
        fixed.writeUInt32LE(body.length, 14);
        fixed.writeUInt32LE(data.length, 18);
        fixed.writeUInt16LE(name.length, 22);
        const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fixed, Buffer.from(name), body]);
        const central = Buffer.alloc(14);
        central.writeUInt32LE((0o100000 | mode) * 0x10000, 6);
        central.writeUInt32LE(offset, 10);
        directory.push(
            Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fixed, central, Buffer.from(name)]),
        );
        parts.push(local);
        offset += local.length;
    }
    const size = directory.reduce((sum, each) => sum + each.length, 0);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 0, 'latin1');
    end.writeUInt16LE(entries.length, 8);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(size, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...parts, ...directory, end]);
}

export function temporaryFolder(): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consolidated-data-stack-'));
    process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
    return folder;
}

/** A folder with the functions' zips, for one processor. */
export function functionsFolder(machine = X86_64): string {
    const folder = temporaryFolder();
    for (const name of FUNCTION_NAMES) {
        const content = zip([{ name: 'bootstrap', data: program(machine), packed: true }]);
        fs.writeFileSync(path.join(folder, `${name}.zip`), content);
    }
    return folder;
}

/** Context as the CLI gives it: that of cdk.json, then what -c adds. */
export function makeApp(context: Record<string, unknown> = {}): App {
    const file = path.join(__dirname, '..', '..', 'cdk.json');
    const configured = JSON.parse(fs.readFileSync(file, 'utf8')) as { context: Record<string, unknown> };
    return new App({
        context: { ...configured.context, ...context },
        analyticsReporting: false,
        outdir: temporaryFolder(),
    });
}

export interface Synthesized {
    readonly app: App;
    readonly stacks: Stacks;
    readonly kinesis: Template;
    readonly dataLake: Template;
    readonly dataGen: Template;
    readonly mcp?: Template;
    readonly all: readonly Template[];
}

export function synthesize(context: Record<string, unknown> = {}, folder = functionsFolder()): Synthesized {
    const app = makeApp(context);
    const stacks = makeStacks(app, folder);
    const kinesis = Template.fromStack(stacks.kinesis);
    const dataLake = Template.fromStack(stacks.dataLake);
    const dataGen = Template.fromStack(stacks.dataGen);
    const mcp = stacks.mcp && Template.fromStack(stacks.mcp);
    const all = [kinesis, dataLake, dataGen, ...(mcp ? [mcp] : [])];
    return { app, stacks, kinesis, dataLake, dataGen, mcp, all };
}

export const BOUND = { account: '123456789012', region: 'us-west-2' };
