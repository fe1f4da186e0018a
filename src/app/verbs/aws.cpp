// datastack aws …: the AWS CLI against this server, whatever its version. Versions before 2.13 do
// not read AWS_ENDPOINT_URL, so --endpoint-url is given too.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "app/verbs/env.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

base::Result<int> run(const VerbContext& context) {
    TRY(variables, client_environment(context));
    for (const char* name : cleared_variables)
        ::unsetenv(name);
    for (const auto& [name, value] : variables)
        ::setenv(name.c_str(), value.c_str(), 1);

    std::vector<std::string> arguments = {"aws"};
    bool named = false;
    for (const std::string& argument : context.arguments.rest) {
        if (argument.starts_with("--endpoint-url")) named = true;
    }
    if (!named) {
        arguments.insert(arguments.end(), {"--endpoint-url", variables["AWS_ENDPOINT_URL"]});
    }
    arguments.insert(arguments.end(), context.arguments.rest.begin(), context.arguments.rest.end());
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execvp("aws", pointers.data());
    if (errno == ENOENT) {
        return base::Error{base::ErrorKind::not_found,
                           "the AWS CLI is not installed: apt-get install awscli, or see "
                           "https://docs.aws.amazon.com/cli/",
                           ""};
    }
    return base::Error{base::ErrorKind::io, std::string("cannot run aws: ") + std::strerror(errno),
                       "", errno};
}

}  // namespace

const Verb aws_verb = {"aws",           "run the AWS CLI against this server: datastack aws s3 ls",
                       declare_nothing, run,
                       false,           true};

}  // namespace app
