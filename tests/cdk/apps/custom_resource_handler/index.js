// Create, Update, Delete of Custom::Thing. A new Name is a new thing: CloudFormation then deletes the old.
const http = require('http');
const https = require('https');

function act(event) {
    const { Name, Size, Fail } = event.ResourceProperties;
    console.log(`${event.RequestType} ${event.PhysicalResourceId ?? '-'} ${Name} size ${Size} ${typeof Size}`);
    if (Fail === event.RequestType.toLowerCase()) throw new Error(`the thing said no to ${event.RequestType}`);
    return { PhysicalResourceId: `thing-${Name}`, Data: { Greeting: `hello ${Name}, size ${Size}` } };
}

// By hand: answer to the URL that came with the event.
exports.handler = async (event) => {
    const answer = { Status: 'SUCCESS', StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId };
    try {
        Object.assign(answer, act(event));
    } catch (error) {
        Object.assign(answer, { Status: 'FAILED', Reason: error.message, PhysicalResourceId: event.PhysicalResourceId ?? 'none' });
    }
    const body = JSON.stringify(answer);
    const client = event.ResponseURL.startsWith('https:') ? https : http;
    await new Promise((resolve, reject) => {
        const request = client.request(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '', 'content-length': body.length } }, (reply) => {
            reply.resume();
            reply.on('end', () => (reply.statusCode < 300 ? resolve() : reject(new Error(`answered ${reply.statusCode}`))));
        });
        request.on('error', reject);
        request.end(body);
    });
};

// For the provider framework: the answer is what the function returns.
exports.onEvent = async (event) => act(event);
