// A thread that waits for the disk uses no processor. It says so with a DiskWait, and the thread
// pool it works for lets another thread run a task meanwhile.
#pragma once

namespace os {

// What a thread works for, if it cares whether the thread runs or waits.
class DiskWaitListener {
  public:
    virtual void begin_disk_wait() = 0;
    virtual void end_disk_wait() = 0;

  protected:
    ~DiskWaitListener() = default;
};

// The calling thread's; nullptr: nobody cares. Set once, by the thread's owner.
void set_disk_wait_listener(DiskWaitListener* listener);

class DiskWait {
  public:
    DiskWait();
    ~DiskWait();
    DiskWait(const DiskWait&) = delete;
    DiskWait& operator=(const DiskWait&) = delete;
};

}  // namespace os
