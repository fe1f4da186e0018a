// Two kinds of requests that must not go where their options say.
//
// Ours: the runtime API of each process has an address of its own (host:port/secret), and AWS's
// client knows hosts and ports only. It sees host:port, and its requests get the secret here.
//
// A custom resource's answer: CloudFormation's URL is http here, and the handlers of the CDK and of
// AWS's cfn-response take host and path of it and send to port 443 by https. A request to exactly
// that host and path goes to the URL as it is written. No other request is touched, and none at
// all when the URL is https.
'use strict';

const http = require('node:http');
const https = require('node:https');

const [address, ...secret] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split('/');
const [runtimeHost, runtimePort] = address.split(':');
const runtimePath = '/2018-06-01/runtime/';
const httpRequest = http.request;
const httpsRequest = https.request;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

let responseUrl; // of the event being handled, when there is one and it is not https

// Remember where the answer to this event goes.
function noteEvent(json) {
    responseUrl = undefined;
    if (!json.includes('"ResponseURL"')) return;
    try {
        const text = JSON.parse(json).ResponseURL;
        const url = new URL(text);
        if (url.protocol !== 'http:') return;
        const written = text.slice(text.indexOf('/', 'http://'.length));
        responseUrl = { host: url.hostname, port: url.port || '80', paths: [written, url.pathname + url.search] };
    } catch {
        // Not an event of CloudFormation.
    }
}

// (url, options, callback), (url, callback), (options, callback) as one object and the callback.
function merged([first, second, third]) {
    const isUrl = typeof first === 'string' || first instanceof URL;
    const options = isUrl ? (typeof second === 'function' ? {} : second ?? {}) : first ?? {};
    const callback = isUrl && typeof second !== 'function' ? third : second;
    if (!isUrl) return { options, callback };
    const url = new URL(first);
    return { options: { hostname: url.hostname, port: url.port, path: url.pathname + url.search, ...options }, callback };
}

function patchedHttps(...given) {
    if (responseUrl !== undefined) {
        const { options, callback } = merged(given);
        const host = options.hostname ?? options.host;
        if (host === responseUrl.host && responseUrl.paths.includes(options.path)) {
            const { agent: _, defaultPort: __, ...rest } = options;
            return httpRequest({ ...rest, protocol: 'http:', host, hostname: host, port: responseUrl.port }, callback);
        }
    }
    return httpsRequest.apply(this, given);
}

function patchedHttp(...given) {
    const options = given[0];
    if (options?.hostname === runtimeHost && Number(options.port) === Number(runtimePort) &&
        options.path?.startsWith(runtimePath)) {
        return httpRequest({ ...options, path: `/${secret.join('/')}${options.path}` }, given[1]);
    }
    return httpRequest.apply(this, given);
}

function patch() {
    process.env.AWS_LAMBDA_RUNTIME_API = address;
    http.request = patchedHttp;
    https.request = patchedHttps;
}

// One request to the runtime API; resolves to {status, headers, body}.
function ask(method, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
        const request = httpRequest({
            agent, method, hostname: runtimeHost, port: runtimePort,
            path: `/${secret.join('/')}${runtimePath}${path}`,
            headers: body === undefined ? headers :
                { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers },
        }, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('error', reject);
            response.on('end', () => resolve({
                status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString('utf8'),
            }));
        });
        request.on('error', reject);
        request.end(body);
    });
}

function postInitError(errorType, errorMessage) {
    return ask('POST', 'init/error', JSON.stringify({ errorType, errorMessage, trace: [] }),
        { 'Lambda-Runtime-Function-Error-Type': errorType });
}

module.exports = { ask, noteEvent, patch, postInitError };
