// A bucket that is emptied and deleted with its stack, by CDK's own function.
const { App, aws_s3: s3, CfnOutput, RemovalPolicy, Stack } = require('aws-cdk-lib');
const { choice } = require('./common');

const app = new App();
const stack = new Stack(app, 'AutoDelete');
const bucket = new s3.Bucket(stack, 'Bucket', {
    bucketName: 'auto-delete-objects',
    versioned: choice(stack, 'versioned', 'no') === 'yes',
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
});
new CfnOutput(stack, 'BucketName', { value: bucket.bucketName });
