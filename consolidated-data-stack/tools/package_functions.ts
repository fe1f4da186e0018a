// The second half of `npm run build`: takes the functions' zips from the C++ build, looks into
// them, and lays them where the app finds them. Says what to do when they are not there.

import * as fs from 'fs';
import * as path from 'path';

import { FUNCTION_NAMES } from '../lib/names';
import { PACKAGED_FOLDER, readPackage } from '../lib/zip';

const ROOT = path.join(__dirname, '..', '..', '..');

export function packageFunctions(from: string, to: string): string[] {
    const missing = FUNCTION_NAMES.filter((name) => !fs.existsSync(path.join(from, `${name}.zip`)));
    if (missing.length > 0) {
        const names = missing.map((name) => `${name}.zip`).join(' and ');
        throw new Error(
            `${names} not found in ${from}.\n` +
                'The functions are C++ and are built first: run ./dev build first, in the folder above, then again npm run build.',
        );
    }
    fs.mkdirSync(to, { recursive: true });
    return FUNCTION_NAMES.map((name) => {
        const source = path.join(from, `${name}.zip`);
        const { architecture, size } = readPackage(source);
        // Beside and renamed: a synthesis at the same time reads a whole file.
        const target = path.join(to, `${name}.zip`);
        fs.copyFileSync(source, `${target}.part`);
        fs.renameSync(`${target}.part`, target);
        return `${name}  ${architecture}  ${(size / 1024 / 1024).toFixed(1)} MiB`;
    });
}

if (require.main === module) {
    try {
        const from = process.env.DATASTACK_FUNCTIONS ?? path.join(ROOT, 'build', 'functions');
        for (const line of packageFunctions(path.resolve(from), PACKAGED_FOLDER)) console.log(line);
    } catch (error) {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
    }
}
