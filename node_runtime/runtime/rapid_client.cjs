// In the place of aws-lambda-ric's native addon (rapid-client.node): the three calls that it makes,
// in JavaScript. The addon's posts return when they are sent; ours cannot, so whatever comes after
// one, the next question and the end of the process, waits for it.
'use strict';

const { ask, noteEvent } = require('./outgoing.cjs');

const exitNow = process.exit;
let posted = Promise.resolve();
let posting = 0;
let exitWanted = false;

process.exit = function exit(code) {
    if (code !== undefined) process.exitCode = code;
    if (posting === 0) return exitNow.call(process);
    exitWanted = true;
};

function post(path, body) {
    ++posting;
    posted = posted.then(() => ask('POST', path, body)).then(undefined, (error) => {
        // The server is gone, and we with it.
        process.stderr.write(`the runtime API does not answer: ${error.message}\n`);
        exitNow.call(process, 1);
    }).then(() => {
        if (--posting === 0 && exitWanted) exitNow.call(process);
    });
}

// `id` is percent-encoded.
exports.done = (id, body) => post(`invocation/${id}/response`, body);
exports.error = (id, body) => post(`invocation/${id}/error`, body);

exports.next = async () => {
    await posted;
    const answer = await ask('GET', 'invocation/next');
    if (answer.status !== 200) throw new Error(`the runtime API answered ${answer.status}: ${answer.body}`);
    noteEvent(answer.body);
    return { bodyJson: answer.body, headers: answer.headers };
};
