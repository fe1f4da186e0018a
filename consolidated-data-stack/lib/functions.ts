// The functions' deployment packages, as `npm run build` left them, and the processor that they
// were built for: a package made on an arm64 machine becomes an arm64 function.

import * as fs from 'fs';
import * as path from 'path';
import { aws_lambda as lambda } from 'aws-cdk-lib';

import { Architecture, PACKAGED_FOLDER, readPackage } from './zip';

export interface FunctionPackage {
    readonly path: string;
    readonly architecture: lambda.Architecture;
}

const ARCHITECTURES: Record<Architecture, lambda.Architecture> = {
    x86_64: lambda.Architecture.X86_64,
    arm64: lambda.Architecture.ARM_64,
};

export function functionPackage(name: string, folder: string = PACKAGED_FOLDER): FunctionPackage {
    const file = path.join(folder, `${name}.zip`);
    if (!fs.existsSync(file)) {
        throw new Error(`the function's package ${name}.zip is not there: run npm run build first`);
    }
    return { path: file, architecture: ARCHITECTURES[readPackage(file).architecture] };
}
