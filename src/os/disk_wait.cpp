#include "os/disk_wait.h"

namespace os {

namespace {

thread_local DiskWaitListener* listener_of_thread = nullptr;

}  // namespace

void set_disk_wait_listener(DiskWaitListener* listener) {
    listener_of_thread = listener;
}

DiskWait::DiskWait() {
    if (listener_of_thread != nullptr) listener_of_thread->begin_disk_wait();
}

DiskWait::~DiskWait() {
    if (listener_of_thread != nullptr) listener_of_thread->end_disk_wait();
}

}  // namespace os
