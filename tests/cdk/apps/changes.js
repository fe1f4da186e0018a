// A stack that changes by context: retention (in place), name (replacement), variant=broken (a resource
// that cannot be made, after others that can), extra (one more resource).
const { App, aws_iam: iam, aws_logs: logs, aws_ssm: ssm, CfnOutput, CfnResource, RemovalPolicy, Stack } = require('aws-cdk-lib');
const { choice } = require('./common');

const app = new App();
const stack = new Stack(app, 'Changes');
const variant = choice(stack, 'variant', 'good');
const group = new logs.LogGroup(stack, 'Group', {
    logGroupName: `/changes/${choice(stack, 'name', 'first')}`,
    retention: Number(choice(stack, 'retention', '7')),
    removalPolicy: RemovalPolicy.DESTROY,
});
const parameter = new ssm.StringParameter(stack, 'Parameter', {
    parameterName: '/changes/value',
    stringValue: choice(stack, 'value', 'one'),
});
const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
role.node.addDependency(parameter);
if (choice(stack, 'extra', 'no') === 'yes') {
    new logs.LogGroup(stack, 'Extra', { logGroupName: '/changes/extra', removalPolicy: RemovalPolicy.DESTROY });
}
if (variant !== 'good') {
    // The log group of this stream is not there: only CreateLogStream finds that out.
    const broken = new CfnResource(stack, 'Broken', {
        type: variant === 'unknown-type' ? 'AWS::Imaginary::Thing' : 'AWS::Logs::LogStream',
        properties:
            variant === 'unknown-property'
                ? { LogGroupName: group.logGroupName, Colour: 'blue' }
                : { LogGroupName: '/changes/missing', LogStreamName: 'stream' },
    });
    broken.node.addDependency(role, group);
}
new CfnOutput(stack, 'GroupName', { value: group.logGroupName });
new CfnOutput(stack, 'RoleArn', { value: role.roleArn });
