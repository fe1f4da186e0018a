// What node starts with for every nodejs function: joins AWS's runtime interface client, which loads
// the handler and calls it, to our runtime API. Version 3 of the client knows callbacks, as AWS's
// runtimes up to nodejs22.x do; version 4, of nodejs24.x, does not.
import { createRequire, syncBuiltinESMExports } from 'node:module';

const { patch, postInitError } = createRequire(import.meta.url)('./outgoing.cjs');

const oldestNode = 18;
const here = Number(process.versions.node.split('.')[0]);
const named = (process.env.AWS_EXECUTION_ENV ?? '').replace('AWS_Lambda_', '');
const wanted = Number(/^nodejs(\d+)/.exec(named)?.[1]);

// What is written is with the server before the answer is, and a flood waits for its log.
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
patch();
syncBuiltinESMExports(); // for `import { request } from 'node:https'`

if (here < oldestNode) {
    await postInitError('Runtime.UnsupportedNode',
        `nodejs functions run with this machine's node, which is ${process.version}: ` +
        `install version ${oldestNode} or later, or name one with --node.`);
    process.exit(1);
}
if (here !== wanted) {
    const message = `${named} runs here with this machine's node, ${process.version}`;
    if (process.env.AWS_LAMBDA_LOG_FORMAT !== 'JSON') {
        process.stdout.write(`${message}\n`);
    } else if (!['ERROR', 'FATAL'].includes(process.env.AWS_LAMBDA_LOG_LEVEL)) {
        const line = { timestamp: new Date().toISOString(), level: 'WARN', message };
        process.stdout.write(`${JSON.stringify(line)}\n`);
    }
}
if (wanted >= 24) {
    await import('aws-lambda-ric-4');
} else {
    const { run } = await import('aws-lambda-ric');
    await run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
}
