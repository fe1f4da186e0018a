#include "app/verbs/verb.h"

namespace app {

const std::vector<const Verb*>& all_verbs() {
#define DATASTACK_LIST_VERB(name) &name##_verb,
    static const std::vector<const Verb*> verbs = {DATASTACK_VERBS(DATASTACK_LIST_VERB)};
#undef DATASTACK_LIST_VERB
    return verbs;
}

}  // namespace app
