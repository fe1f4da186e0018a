#include "aws/call.h"

namespace aws {

std::string make_arn(std::string_view service, std::string_view region, std::string_view account,
                     std::string_view resource) {
    std::string arn = "arn:aws:";
    for (const std::string_view part : {service, region, account}) {
        arn += part;
        arn += ':';
    }
    arn += resource;
    return arn;
}

}  // namespace aws
