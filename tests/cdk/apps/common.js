// What the test apps share.
const { aws_lambda: lambda } = require('aws-cdk-lib');
const path = require('path');

/** A context value, which the command line gives as text. */
exports.choice = (scope, name, byDefault) => String(scope.node.tryGetContext(name) ?? byDefault);

exports.NODE = lambda.Runtime.NODEJS_22_X;

/** The function that does what its event says (functions/testing/bootstrap.cpp). */
exports.testFunctionZip = path.join(
    process.env.DATASTACK_TEST_FUNCTIONS ?? path.join(__dirname, '..', '..', '..', 'build', 'functions'),
    'function-test-bootstrap.zip',
);
