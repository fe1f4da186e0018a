// A function whose package is over the 5 MiB at which the CLI uploads in parts: a directory, zipped by
// the CLI, of the program and bytes that do not compress. variant=not-a-zip: a package that is none.
const fs = require('fs');
const os = require('os');
const path = require('path');
const { App, aws_lambda: lambda, CfnOutput, Stack } = require('aws-cdk-lib');
const { choice } = require('./common');

const app = new App();
const stack = new Stack(app, 'LargeAsset');
let code;
if (choice(stack, 'variant', 'large') === 'not-a-zip') {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'large-asset-')), 'package.zip');
    fs.writeFileSync(file, 'this is no zip file, but it is longer than twenty-two bytes\n');
    code = lambda.Code.fromAsset(file);
} else {
    code = lambda.Code.fromAsset(choice(stack, 'package', ''));
}
const made = new lambda.Function(stack, 'Function', {
    functionName: 'large-asset',
    runtime: lambda.Runtime.PROVIDED_AL2023,
    handler: 'bootstrap',
    code,
});
new CfnOutput(stack, 'FunctionName', { value: made.functionName });
