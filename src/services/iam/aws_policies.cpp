// The known_policies of aws_policies.h. Long documents are left out.
#include "services/iam/aws_policies.h"

namespace iam {

namespace {

constexpr AwsPolicy known_policies[] = {
    {"/", "AWSCloudFormationFullAccess", 1, "2019-07-26T21:50:35Z", "2019-07-26T21:50:35Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["cloudformation:*"],"Resource":
"*"}]})"},
    {"/", "AWSCloudFormationReadOnlyAccess", 7, "2015-02-06T18:39:00Z", "2026-02-12T18:02:00Z",
     nullptr},
    {"/", "AWSGlueConsoleFullAccess", 15, "2017-08-14T13:37:39Z", "2026-09-10T20:27:08Z", nullptr},
    {"/service-role/", "AWSGlueServiceRole", 5, "2017-08-14T13:37:21Z", "2023-09-11T16:39:47Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["glue:*",
"s3:GetBucketLocation","s3:ListBucket","s3:ListAllMyBuckets","s3:GetBucketAcl",
"ec2:DescribeVpcEndpoints","ec2:DescribeRouteTables","ec2:CreateNetworkInterface",
"ec2:DeleteNetworkInterface","ec2:DescribeNetworkInterfaces","ec2:DescribeSecurityGroups",
"ec2:DescribeSubnets","ec2:DescribeVpcAttribute","iam:ListRolePolicies","iam:GetRole",
"iam:GetRolePolicy","cloudwatch:PutMetricData"],"Resource":["*"]},{"Effect":"Allow","Action":[
"s3:CreateBucket"],"Resource":["arn:aws:s3:::aws-glue-*"]},{"Effect":"Allow","Action":[
"s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":["arn:aws:s3:::aws-glue-*/*",
"arn:aws:s3:::*/*aws-glue-*/*"]},{"Effect":"Allow","Action":["s3:GetObject"],"Resource":[
"arn:aws:s3:::crawler-public*","arn:aws:s3:::aws-glue-*"]},{"Effect":"Allow","Action":[
"logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":[
"arn:aws:logs:*:*:*:/aws-glue/*"]},{"Effect":"Allow","Action":["ec2:CreateTags",
"ec2:DeleteTags"],"Resource":["arn:aws:ec2:*:*:network-interface/*",
"arn:aws:ec2:*:*:security-group/*","arn:aws:ec2:*:*:instance/*"],"Condition":{
"ForAllValues:StringEquals":{"aws:TagKeys":["aws-glue-service-resource"]}}}]})"},
    {"/service-role/", "AWSLambdaBasicExecutionRole", 1, "2015-04-09T15:03:43Z",
     "2015-04-09T15:03:43Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup",
"logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]})"},
    {"/service-role/", "AWSLambdaDynamoDBExecutionRole", 1, "2015-04-09T15:09:29Z",
     "2015-04-09T15:09:29Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["dynamodb:DescribeStream",
"dynamodb:GetRecords","dynamodb:GetShardIterator","dynamodb:ListStreams","logs:CreateLogGroup",
"logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]})"},
    {"/", "AWSLambdaExecute", 1, "2015-02-06T18:40:46Z", "2015-02-06T18:40:46Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:*"],"Resource":
"arn:aws:logs:*:*:*"},{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":
"arn:aws:s3:::*"}]})"},
    {"/service-role/", "AWSLambdaKinesisExecutionRole", 2, "2015-04-09T15:14:16Z",
     "2018-11-19T20:09:24Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["kinesis:DescribeStream",
"kinesis:DescribeStreamSummary","kinesis:GetRecords","kinesis:GetShardIterator",
"kinesis:ListShards","kinesis:ListStreams","kinesis:SubscribeToShard","logs:CreateLogGroup",
"logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]})"},
    {"/service-role/", "AWSLambdaMSKExecutionRole", 2, "2020-08-11T17:35:05Z",
     "2022-08-02T20:08:02Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["kafka:DescribeCluster",
"kafka:DescribeClusterV2","kafka:GetBootstrapBrokers","ec2:CreateNetworkInterface",
"ec2:DescribeNetworkInterfaces","ec2:DescribeVpcs","ec2:DeleteNetworkInterface",
"ec2:DescribeSubnets","ec2:DescribeSecurityGroups","logs:CreateLogGroup","logs:CreateLogStream",
"logs:PutLogEvents"],"Resource":"*"}]})"},
    {"/service-role/", "AWSLambdaRole", 1, "2015-02-06T18:41:28Z", "2015-02-06T18:41:28Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["lambda:InvokeFunction"],
"Resource":["*"]}]})"},
    {"/service-role/", "AWSLambdaSQSQueueExecutionRole", 1, "2018-06-14T21:50:45Z",
     "2018-06-14T21:50:45Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:ReceiveMessage",
"sqs:DeleteMessage","sqs:GetQueueAttributes","logs:CreateLogGroup","logs:CreateLogStream",
"logs:PutLogEvents"],"Resource":"*"}]})"},
    {"/service-role/", "AWSLambdaVPCAccessExecutionRole", 3, "2016-02-11T23:15:26Z",
     "2024-01-05T22:38:26Z",
     R"({"Version":"2012-10-17","Statement":[
{"Sid":"AWSLambdaVPCAccessExecutionPermissions","Effect":
"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents",
"ec2:CreateNetworkInterface","ec2:DescribeNetworkInterfaces","ec2:DescribeSubnets",
"ec2:DeleteNetworkInterface","ec2:AssignPrivateIpAddresses","ec2:UnassignPrivateIpAddresses"],
"Resource":"*"}]})"},
    {"/", "AWSLambda_FullAccess", 7, "2020-11-17T21:14:08Z", "2026-02-12T18:00:51Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
"cloudformation:DescribeStacks","cloudformation:ListStackResources","cloudwatch:ListMetrics",
"cloudwatch:GetMetricData","ec2:DescribeSecurityGroups","ec2:DescribeSubnets",
"ec2:DescribeVpcs","kms:DescribeKey","kms:ListAliases","iam:GetPolicy","iam:GetPolicyVersion",
"iam:GetRole","iam:GetRolePolicy","iam:ListAttachedRolePolicies","iam:ListRolePolicies",
"iam:ListRoles","lambda:*","logs:DescribeLogGroups","states:DescribeStateMachine",
"states:ListStateMachines","tag:GetResources","xray:GetTraceSummaries","xray:BatchGetTraces"],
"Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{
"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}},{"Effect":"Allow","Action":[
"logs:DescribeLogStreams","logs:GetLogEvents","logs:FilterLogEvents","logs:StartLiveTail",
"logs:StopLiveTail"],"Resource":"arn:aws:logs:*:*:log-group:/aws/lambda/*"},{"Effect":"Allow",
"Action":"iam:CreateServiceLinkedRole","Resource":
"arn:aws:iam::*:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda","Condition":
{"StringEquals":{"iam:AWSServiceName":"lambda.amazonaws.com"}}}]})"},
    {"/", "AWSLambda_ReadOnlyAccess", 5, "2020-11-17T21:10:32Z", "2026-02-12T18:02:55Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
"cloudformation:DescribeStacks","cloudformation:ListStacks","cloudformation:ListStackResources",
"cloudwatch:GetMetricData","cloudwatch:ListMetrics","ec2:DescribeSecurityGroups",
"ec2:DescribeSubnets","ec2:DescribeVpcs","kms:ListAliases","iam:GetPolicy",
"iam:GetPolicyVersion","iam:GetRole","iam:GetRolePolicy","iam:ListAttachedRolePolicies",
"iam:ListRolePolicies","iam:ListRoles","logs:DescribeLogGroups","lambda:Get*","lambda:List*",
"states:DescribeStateMachine","states:ListStateMachines","tag:GetResources",
"xray:GetTraceSummaries","xray:BatchGetTraces"],"Resource":"*"},{"Effect":"Allow","Action":[
"logs:DescribeLogStreams","logs:GetLogEvents","logs:FilterLogEvents","logs:StartQuery",
"logs:StopQuery","logs:DescribeQueries","logs:GetLogGroupFields","logs:GetLogRecord",
"logs:GetQueryResults","logs:StartLiveTail","logs:StopLiveTail"],"Resource":
"arn:aws:logs:*:*:log-group:/aws/lambda/*"}]})"},
    {"/", "AWSStepFunctionsFullAccess", 1, "2017-01-11T21:51:32Z", "2017-01-11T21:51:32Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"states:*","Resource":"*"}]})"},
    {"/", "AWSXRayDaemonWriteAccess", 2, "2018-08-28T23:00:33Z", "2024-02-13T21:58:30Z",
     R"({"Version":"2012-10-17","Statement":[
{"Sid":"AWSXRayDaemonWriteAccess","Effect":"Allow",
"Action":["xray:PutTraceSegments","xray:PutTelemetryRecords","xray:GetSamplingRules",
"xray:GetSamplingTargets","xray:GetSamplingStatisticSummaries"],"Resource":["*"]}]})"},
    {"/", "AdministratorAccess", 1, "2015-02-06T18:39:46Z", "2015-02-06T18:39:46Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"*","Resource":"*"}]})"},
    {"/service-role/", "AmazonAPIGatewayPushToCloudWatchLogs", 1, "2015-11-11T23:41:46Z",
     "2015-11-11T23:41:46Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup",
"logs:CreateLogStream","logs:DescribeLogGroups","logs:DescribeLogStreams","logs:PutLogEvents",
"logs:GetLogEvents","logs:FilterLogEvents"],"Resource":"*"}]})"},
    {"/", "AmazonAthenaFullAccess", 15, "2016-11-30T16:46:01Z", "2026-02-12T18:03:09Z",
     R"({"Version":"2012-10-17","Statement":[
{"Sid":"BaseAthenaPermissions","Effect":"Allow","Action":[
"athena:*"],"Resource":["*"]},{"Sid":"BaseGluePermissions","Effect":"Allow","Action":[
"glue:CreateDatabase","glue:DeleteDatabase","glue:GetCatalog","glue:GetCatalogs",
"glue:GetDatabase","glue:GetDatabases","glue:UpdateDatabase","glue:CreateTable",
"glue:DeleteTable","glue:BatchDeleteTable","glue:UpdateTable","glue:GetTable","glue:GetTables",
"glue:BatchCreatePartition","glue:CreatePartition","glue:DeletePartition",
"glue:BatchDeletePartition","glue:UpdatePartition","glue:GetPartition","glue:GetPartitions",
"glue:BatchGetPartition","glue:StartColumnStatisticsTaskRun","glue:GetColumnStatisticsTaskRun",
"glue:GetColumnStatisticsTaskRuns","glue:GetCatalogImportStatus"],"Resource":["*"]},{"Sid":
"BaseQueryResultsPermissions","Effect":"Allow","Action":["s3:GetBucketLocation","s3:GetObject",
"s3:ListBucket","s3:ListBucketMultipartUploads","s3:ListMultipartUploadParts",
"s3:AbortMultipartUpload","s3:CreateBucket","s3:PutObject","s3:PutBucketPublicAccessBlock"],
"Resource":["arn:aws:s3:::aws-athena-query-results-*"]},{"Sid":"BaseAthenaExamplesPermissions",
"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":[
"arn:aws:s3:::athena-examples*"]},{"Sid":"BaseS3BucketPermissions","Effect":"Allow","Action":[
"s3:ListBucket","s3:GetBucketLocation","s3:ListAllMyBuckets"],"Resource":["*"]},{"Sid":
"BaseSNSPermissions","Effect":"Allow","Action":["sns:ListTopics","sns:GetTopicAttributes"],
"Resource":["*"]},{"Sid":"BaseCloudWatchPermissions","Effect":"Allow","Action":[
"cloudwatch:PutMetricAlarm","cloudwatch:DescribeAlarms","cloudwatch:DeleteAlarms",
"cloudwatch:GetMetricData"],"Resource":["*"]},{"Sid":"BaseLakeFormationPermissions","Effect":
"Allow","Action":["lakeformation:GetDataAccess"],"Resource":["*"]},{"Sid":
"BaseDataZonePermissions","Effect":"Allow","Action":["datazone:ListDomains",
"datazone:ListProjects","datazone:ListAccountEnvironments"],"Resource":["*"]},{"Sid":
"BasePricingPermissions","Effect":"Allow","Action":["pricing:GetProducts"],"Resource":["*"]}]})"},
    {"/", "AmazonDynamoDBFullAccess", 15, "2015-02-06T18:40:11Z", "2021-01-29T17:38:30Z", nullptr},
    {"/", "AmazonDynamoDBReadOnlyAccess", 15, "2015-02-06T18:40:12Z", "2024-11-18T17:38:15Z",
     nullptr},
    {"/", "AmazonEC2ContainerRegistryReadOnly", 3, "2015-12-21T17:04:15Z", "2019-12-10T20:56:32Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["ecr:GetAuthorizationToken",
"ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer","ecr:GetRepositoryPolicy",
"ecr:DescribeRepositories","ecr:ListImages","ecr:DescribeImages","ecr:BatchGetImage",
"ecr:GetLifecyclePolicy","ecr:GetLifecyclePolicyPreview","ecr:ListTagsForResource",
"ecr:DescribeImageScanFindings"],"Resource":"*"}]})"},
    {"/", "AmazonEventBridgeFullAccess", 7, "2019-07-11T14:08:55Z", "2026-02-12T17:58:25Z",
     nullptr},
    {"/", "AmazonKinesisFirehoseFullAccess", 1, "2015-10-07T18:45:26Z", "2015-10-07T18:45:26Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["firehose:*"],"Resource":"*"}]})"},
    {"/", "AmazonKinesisFullAccess", 1, "2015-02-06T18:40:29Z", "2015-02-06T18:40:29Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"kinesis:*","Resource":"*"}]})"},
    {"/", "AmazonKinesisReadOnlyAccess", 1, "2015-02-06T18:40:30Z", "2015-02-06T18:40:30Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["kinesis:Get*","kinesis:List*",
"kinesis:Describe*"],"Resource":"*"}]})"},
    {"/", "AmazonS3FullAccess", 2, "2015-02-06T18:40:58Z", "2021-09-27T20:16:37Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],
"Resource":"*"}]})"},
    {"/", "AmazonS3ReadOnlyAccess", 3, "2015-02-06T18:40:59Z", "2023-08-10T21:31:39Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*",
"s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]})"},
    {"/", "AmazonSNSFullAccess", 2, "2015-02-06T18:41:05Z", "2024-09-24T22:32:05Z",
     R"({"Version":"2012-10-17","Statement":[
{"Sid":"SNSFullAccess","Effect":"Allow","Action":"sns:*",
"Resource":"*"},{"Sid":"SMSAccessViaSNS","Effect":"Allow","Action":[
"sms-voice:DescribeVerifiedDestinationNumbers","sms-voice:CreateVerifiedDestinationNumber",
"sms-voice:SendDestinationNumberVerificationCode","sms-voice:SendTextMessage",
"sms-voice:DeleteVerifiedDestinationNumber","sms-voice:VerifyDestinationNumber",
"sms-voice:DescribeAccountAttributes","sms-voice:DescribeSpendLimits",
"sms-voice:DescribePhoneNumbers","sms-voice:SetTextMessageSpendLimitOverride",
"sms-voice:DescribeOptedOutNumbers","sms-voice:DeleteOptedOutNumber"],"Resource":"*",
"Condition":{"StringEquals":{"aws:CalledViaLast":"sns.amazonaws.com"}}}]})"},
    {"/", "AmazonSQSFullAccess", 1, "2015-02-06T18:41:07Z", "2015-02-06T18:41:07Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["sqs:*"],"Resource":"*"}]})"},
    {"/", "AmazonSSMFullAccess", 4, "2015-05-29T17:39:47Z", "2019-11-20T20:08:56Z", nullptr},
    {"/", "AmazonSSMManagedInstanceCore", 2, "2019-03-15T17:22:12Z", "2019-05-23T16:54:21Z",
     nullptr},
    {"/", "AmazonSSMReadOnlyAccess", 1, "2015-05-29T17:44:19Z", "2015-05-29T17:44:19Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["ssm:Describe*","ssm:Get*",
"ssm:List*"],"Resource":"*"}]})"},
    {"/", "CloudWatchFullAccess", 4, "2015-02-06T18:40:00Z", "2022-11-27T13:23:49Z", nullptr},
    {"/", "CloudWatchFullAccessV2", 17, "2023-08-01T11:32:57Z", "2026-09-22T16:57:08Z", nullptr},
    {"/", "CloudWatchLambdaInsightsExecutionRolePolicy", 1, "2020-10-07T19:27:06Z",
     "2020-10-07T19:27:06Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:CreateLogGroup",
"Resource":"*"},{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],
"Resource":"arn:aws:logs:*:*:log-group:/aws/lambda-insights:*"}]})"},
    {"/", "CloudWatchLogsFullAccess", 8, "2015-02-06T18:40:02Z", "2026-02-12T18:00:33Z",
     R"({"Version":"2012-10-17","Statement":[
{"Sid":"CloudWatchLogsFullAccess","Effect":"Allow",
"Action":["logs:*","cloudwatch:GenerateQuery","cloudwatch:GenerateQueryResultsSummary",
"observabilityadmin:GetS3TableIntegration","observabilityadmin:ListS3TableIntegrations",
"observabilityadmin:ListTelemetryPipelines"],"Resource":"*"}]})"},
    {"/", "CloudWatchLogsReadOnlyAccess", 12, "2015-02-06T18:40:03Z", "2026-02-12T17:59:13Z",
     R"({"Version":"2012-10-17","Statement":[
{"Sid":"CloudWatchLogsReadOnlyAccess","Effect":"Allow",
"Action":["logs:Describe*","logs:Get*","logs:List*","logs:StartQuery","logs:StopQuery",
"logs:TestMetricFilter","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail",
"cloudwatch:GenerateQuery","cloudwatch:GenerateQueryResultsSummary",
"observabilityadmin:ListS3TableIntegrations","observabilityadmin:GetS3TableIntegration",
"observabilityadmin:ListTelemetryPipelines"],"Resource":"*"}]})"},
    {"/", "CloudWatchReadOnlyAccess", 25, "2015-02-06T18:40:01Z", "2026-09-22T16:57:07Z", nullptr},
    {"/", "IAMFullAccess", 2, "2015-02-06T18:40:38Z", "2019-06-21T19:40:00Z",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*",
"organizations:DescribeAccount","organizations:DescribeOrganization",
"organizations:DescribeOrganizationalUnit","organizations:DescribePolicy",
"organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget",
"organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],
"Resource":"*"}]})"},
    {"/", "IAMReadOnlyAccess", 4, "2015-02-06T18:40:39Z", "2018-01-25T19:11:27Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["iam:GenerateCredentialReport",
"iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy",
"iam:SimulatePrincipalPolicy"],"Resource":"*"}]})"},
    {"/", "PowerUserAccess", 12, "2015-02-06T18:39:47Z", "2026-02-12T17:59:14Z",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","NotAction":["iam:*","organizations:*",
"account:*"],"Resource":"*"},{"Effect":"Allow","Action":["account:GetAccountInformation",
"account:GetGovCloudAccountInformation","account:GetPrimaryEmail","account:ListRegions",
"iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles",
"organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Resource":"*"}]})"},
    {"/", "ReadOnlyAccess", 190, "2015-02-06T18:39:48Z", "2026-09-24T17:37:08Z", nullptr},
    {"/", "SecretsManagerReadWrite", 6, "2018-04-04T18:05:29Z", "2026-08-25T23:37:10Z", nullptr},
    {"/", "SecurityAudit", 94, "2015-02-06T18:41:01Z", "2026-09-30T20:27:08Z", nullptr},
    {"/job-function/", "ViewOnlyAccess", 46, "2016-11-10T17:20:15Z", "2026-09-30T20:27:08Z",
     nullptr},
};

}  // namespace

std::span<const AwsPolicy> aws_policies() {
    return known_policies;
}

const AwsPolicy* find_aws_policy(std::string_view path, std::string_view name) {
    for (const AwsPolicy& policy : known_policies) {
        if (name == policy.name && path == policy.path) return &policy;
    }
    return nullptr;
}

std::string arn_of(const AwsPolicy& policy) {
    return std::string("arn:aws:iam::aws:policy") + policy.path + policy.name;
}

}  // namespace iam
