// A resource that a function makes: it answers with data, keeps what it was asked in SSM, and fails
// when told to. provider=framework: through CDK's provider framework.
const { App, aws_iam: iam, aws_lambda: lambda, CfnOutput, custom_resources: custom, CustomResource, Duration, Stack } = require('aws-cdk-lib');
const path = require('path');
const { choice, NODE } = require('./common');

const app = new App();
const stack = new Stack(app, 'Custom');
const framework = choice(stack, 'provider', 'none') === 'framework';
const handler = new lambda.Function(stack, 'Handler', {
    runtime: NODE,
    handler: framework ? 'index.onEvent' : 'index.handler',
    code: lambda.Code.fromAsset(path.join(__dirname, 'custom_resource_handler')),
    timeout: Duration.seconds(20),
});
const serviceToken = framework
    ? new custom.Provider(stack, 'Provider', { onEventHandler: handler }).serviceToken
    : handler.functionArn;
const made = new CustomResource(stack, 'Thing', {
    serviceToken,
    resourceType: 'Custom::Thing',
    properties: {
        Name: choice(stack, 'name', 'first'),
        Size: Number(choice(stack, 'size', '1')),
        Fail: choice(stack, 'fail', 'no'),
    },
});
new CfnOutput(stack, 'Greeting', { value: made.getAttString('Greeting') });
new CfnOutput(stack, 'ThingId', { value: made.ref });
