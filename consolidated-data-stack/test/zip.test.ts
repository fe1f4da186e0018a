// Functions' packages that must be refused, with words that say what is wrong.

import * as assert from 'node:assert/strict';
import * as fs from 'fs';
import * as path from 'path';
import { test } from 'node:test';

import { readPackage } from '../lib/zip';
import { packageFunctions } from '../tools/package_functions';
import { ARM64, functionsFolder, program, temporaryFolder, X86_64, zip } from './testing';

const folder = temporaryFolder();

function read(content: Buffer): ReturnType<typeof readPackage> {
    const file = path.join(folder, 'function.zip');
    fs.writeFileSync(file, content);
    return readPackage(file);
}

test('the processor is read from the program, packed or not', () => {
    for (const packed of [true, false]) {
        assert.equal(read(zip([{ name: 'bootstrap', data: program(X86_64), packed }])).architecture, 'x86_64');
        assert.equal(
            read(zip([{ name: 'other', data: Buffer.from('x') }, { name: 'bootstrap', data: program(ARM64), packed }]))
                .architecture,
            'arm64',
        );
    }
});

test('what Lambda could not run is refused', () => {
    const good = zip([{ name: 'bootstrap', data: program(X86_64), packed: true }]);
    const damaged = Buffer.from(good);
    damaged.fill(0xff, 40, 50);
    const noDirectory = Buffer.from(good);
    noDirectory.writeUInt32LE(0x7fffffff, good.length - 6);
    for (const [content, message] of [
        [Buffer.alloc(0), /is not a zip file/],
        [Buffer.from('#!/bin/sh\n'.repeat(10)), /is not a zip file/],
        [good.subarray(0, good.length - 30), /is not a zip file/],
        [noDirectory, /is a damaged zip file/],
        [damaged, /function\.zip /],
        [zip([]), /has no bootstrap/],
        [zip([{ name: 'bin/bootstrap', data: program(X86_64) }]), /has no bootstrap/],
        [zip([{ name: 'bootstrap', data: program(X86_64), mode: 0o644 }]), /not executable/],
        [zip([{ name: 'bootstrap', data: Buffer.from('#!/bin/sh') }]), /no Linux program/],
        [zip([{ name: 'bootstrap', data: program(40) }]), /a processor \(40\) that Lambda does not have/],
    ] as [Buffer, RegExp][]) {
        assert.throws(() => read(content), { message });
    }
});

test('packaging copies the zips, and says what to do when there are none', () => {
    const to = path.join(temporaryFolder(), 'functions');
    const from = functionsFolder();
    assert.equal(packageFunctions(from, to).length, 2);
    assert.deepEqual(fs.readdirSync(to).sort(), ['acme-data-generator.zip', 'acme-data-producer.zip']);
    fs.rmSync(path.join(from, 'acme-data-producer.zip'));
    assert.throws(() => packageFunctions(from, to), {
        message: /^acme-data-producer\.zip not found in .*\n.*run \.\/dev build first/,
    });
});
