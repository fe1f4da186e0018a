// Exports and imports: names that are unique in an account and region, and who uses them. Checked
// and changed under one lock, so that an export cannot vanish while somebody begins to use it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "aws/fault.h"
#include "base/mutex.h"
#include "services/cloudformation/tables.h"

namespace cloudformation {

class Exports {
  public:
    Exports(const Tables& tables, meta_store::MetaStore& store) : tables_(tables), store_(store) {}

    // The stack's outputs become `outputs` and its imports `imports`: `changes`, with what of them
    // concerns exports and imports, is committed when that may be.
    //   before   the row as it is stored
    //   errors   a name that another stack exports, one that is in use and would change or go; what
    //            the store says
    aws::Reply<void> commit(const StackRow& before, const std::vector<OutputRow>& outputs,
                            const std::set<std::string>& imports, meta_store::Changes changes);
    // Note that a stack is about to use these.
    base::Result<void> reserve(const StackRow& stack, const std::set<std::string>& imports,
                               meta_store::Changes changes);

    // The value of an export; nullopt: there is none.
    base::Result<std::optional<std::string>> find(const StackKey& stack,
                                                  const std::string& name) const;
    // The first of the stack's exports that another stack uses, as the fault of deleting it.
    aws::Reply<void> check_unused(const StackRow& stack) const;

  private:
    // A stack other than `stack` that imports `name`, "" when there is none.
    base::Result<std::string> user_of(const StackRow& stack, const std::string& name) const;
    void put_imports(meta_store::Changes& changes, const StackRow& stack,
                     const std::set<std::string>& imports) const;

    const Tables& tables_;
    meta_store::MetaStore& store_;
    mutable base::Mutex mutex_;
};

}  // namespace cloudformation
