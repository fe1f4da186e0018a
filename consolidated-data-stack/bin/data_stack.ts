import { App } from 'aws-cdk-lib';

import { makeStacks } from '../lib/app';

const app = new App();
try {
    makeStacks(app);
} catch (error) {
    // One sentence that says what to do; the stack trace would hide it.
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
}
app.synth();
