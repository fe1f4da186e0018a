// A stack in a stack in a stack: a parameter goes down, an output comes up.
const { App, aws_logs: logs, aws_ssm: ssm, CfnOutput, NestedStack, RemovalPolicy, Stack } = require('aws-cdk-lib');
const { choice } = require('./common');

class Inner extends NestedStack {
    constructor(scope, id, { value, broken }) {
        super(scope, id);
        this.parameter = new ssm.StringParameter(this, 'Parameter', {
            parameterName: '/nested/inner',
            stringValue: value,
        });
        if (broken) new logs.CfnLogStream(this, 'Broken', { logGroupName: '/nested/missing' });
    }
}

class Outer extends NestedStack {
    constructor(scope, id, { group, broken }) {
        super(scope, id);
        this.inner = new Inner(this, 'Inner', { value: group.logGroupName, broken });
        this.stream = new logs.CfnLogStream(this, 'Stream', {
            logGroupName: group.logGroupName,
            logStreamName: choice(this, 'stream', 'first'),
        });
    }
}

const app = new App();
const stack = new Stack(app, 'Nesting');
const group = new logs.LogGroup(stack, 'Group', { logGroupName: '/nested/group', removalPolicy: RemovalPolicy.DESTROY });
const outer = new Outer(stack, 'Outer', { group, broken: choice(stack, 'variant', 'good') === 'broken' });
new CfnOutput(stack, 'InnerParameter', { value: outer.inner.parameter.parameterName });
new CfnOutput(stack, 'StreamName', { value: outer.stream.ref });
