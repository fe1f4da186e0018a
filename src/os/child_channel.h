// base::ChannelLauncher over real child processes: each child has one end of a socket pair as
// descriptor 3, and a thread of ours reads the other.
#pragma once

#include <memory>

#include "base/child_process.h"
#include "base/message_channel.h"

namespace os {

class ChildChannelLauncher final : public base::ChannelLauncher {
  public:
    static constexpr int child_descriptor = 3;

    // `options` describe every child; descriptor 3 is added. `spawner` outlives the channels.
    ChildChannelLauncher(base::ChildSpawner& spawner, base::ChildOptions options)
        : spawner_(spawner), options_(std::move(options)) {}

    // Returns when the child executes its program. errors  as ChildEvents::started
    base::Result<std::unique_ptr<base::MessageChannel>> launch(
        std::shared_ptr<base::MessageHandler> handler) override;

  private:
    base::ChildSpawner& spawner_;
    const base::ChildOptions options_;
};

}  // namespace os
