// Looks into a function's zip: there must be an executable `bootstrap` that a Lambda machine can
// run. Reads the central directory itself, so that no package is needed for a few dozen lines.
//   source  APPNOTE.TXT 4.3 (zip), System V ABI (ELF)

import * as fs from 'fs';
import * as path from 'path';
import * as zlib from 'zlib';

/** dist/functions, beside the compiled app: where `npm run build` lays the zips. */
export const PACKAGED_FOLDER = path.join(__dirname, '..', 'functions');

export type Architecture = 'x86_64' | 'arm64';

export interface Package {
    readonly architecture: Architecture;
    /** Bytes of the zip. */
    readonly size: number;
}

/** What Lambda takes by S3, unpacked. */
const UNPACKED_BYTES_MAX = 250 * 1024 * 1024;
const END_RECORD_BYTES = 22;
const END_RECORD_SEARCH_BYTES = END_RECORD_BYTES + 65_535;

interface Entry {
    readonly name: string;
    readonly mode: number;
    readonly method: number;
    readonly packedBytes: number;
    readonly unpackedBytes: number;
    readonly offset: number;
}

function findEndRecord(zip: Buffer): number {
    const first = Math.max(0, zip.length - END_RECORD_SEARCH_BYTES);
    for (let at = zip.length - END_RECORD_BYTES; at >= first; --at) {
        if (zip.readUInt32LE(at) === 0x06054b50) return at;
    }
    throw new Error('is not a zip file');
}

function readEntries(zip: Buffer): Entry[] {
    if (zip.length < END_RECORD_BYTES) throw new Error('is not a zip file');
    const end = findEndRecord(zip);
    const count = zip.readUInt16LE(end + 10);
    let at = zip.readUInt32LE(end + 16);
    const entries: Entry[] = [];
    for (let index = 0; index < count; ++index) {
        if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw new Error('is a damaged zip file');
        const nameBytes = zip.readUInt16LE(at + 28);
        entries.push({
            name: zip.toString('utf8', at + 46, at + 46 + nameBytes),
            mode: zip.readUInt32LE(at + 38) >>> 16,
            method: zip.readUInt16LE(at + 10),
            packedBytes: zip.readUInt32LE(at + 20),
            unpackedBytes: zip.readUInt32LE(at + 24),
            offset: zip.readUInt32LE(at + 42),
        });
        at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    }
    return entries;
}

function unpack(zip: Buffer, entry: Entry): Buffer {
    const at = entry.offset;
    if (at + 30 > zip.length || zip.readUInt32LE(at) !== 0x04034b50) throw new Error('is a damaged zip file');
    const begin = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    const packed = zip.subarray(begin, begin + entry.packedBytes);
    if (entry.method === 0) return packed;
    if (entry.method !== 8) throw new Error(`packs ${entry.name} in a way that Lambda does not know`);
    return zlib.inflateRawSync(packed, { maxOutputLength: UNPACKED_BYTES_MAX });
}

function architectureOf(program: Buffer): Architecture {
    if (program.length < 64 || program.readUInt32BE(0) !== 0x7f454c46) {
        throw new Error('has a bootstrap that is no Linux program');
    }
    if (program[4] !== 2 || program[5] !== 1) throw new Error('has a bootstrap that is not 64-bit little-endian');
    const machine = program.readUInt16LE(18);
    if (machine === 62) return 'x86_64';
    if (machine === 183) return 'arm64';
    throw new Error(`has a bootstrap for a processor (${machine}) that Lambda does not have`);
}

/** Throws an Error that names the file and what is wrong with it. */
export function readPackage(file: string): Package {
    const zip = fs.readFileSync(file);
    try {
        const entry = readEntries(zip).find((each) => each.name === 'bootstrap');
        if (entry === undefined) throw new Error('has no bootstrap');
        if ((entry.mode & 0o111) === 0) throw new Error('has a bootstrap that is not executable');
        const program = unpack(zip, entry);
        if (program.length !== entry.unpackedBytes) throw new Error('is a damaged zip file');
        return { architecture: architectureOf(program), size: zip.length };
    } catch (error) {
        throw new Error(`${file} ${error instanceof Error ? error.message : String(error)}`);
    }
}
