// Tells the thread sanitizer what a contended `Mutex` does.
//
// The fast paths of Swift's `Synchronization.Mutex` are compiled into the program and are seen by the sanitizer;
// the slow ones live in a library of the toolchain that was built without it, so that every lock that had to be waited
// for looks like none, and what it guards like a race. This library is loaded before that one, takes the calls of
// the two slow paths, passes them on and adds the missing edge. Where there is no sanitizer it only passes them on.
//
// The calls are Swift's: the lock's address comes in r13, the thread's number in edi.
#define _GNU_SOURCE
#include <dlfcn.h>

#if !defined(__x86_64__)
#error "the two calls are written down for x86-64 only"
#endif

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

__attribute__((visibility("hidden"))) void *banyan_real_lock;
__attribute__((visibility("hidden"))) void *banyan_real_unlock;

// Runs before the program: both calls exist by then, or nobody will make them.
__attribute__((constructor)) static void find(void) {
    banyan_real_lock = dlsym(RTLD_NEXT, LOCK);
    banyan_real_unlock = dlsym(RTLD_NEXT, UNLOCK);
}

__attribute__((visibility("hidden"))) void banyan_locked(void *lock) {
    if (__tsan_acquire) __tsan_acquire(lock);
}

__attribute__((visibility("hidden"))) void banyan_unlocking(void *lock) {
    if (__tsan_release) __tsan_release(lock);
}

// Three pushes after the return address leave the stack aligned for the calls.
__asm__(
    ".text\n"
    ".globl \"" LOCK "\"\n"
    ".type \"" LOCK "\", @function\n"
    "\"" LOCK "\":\n"
    "  pushq %r13\n"
    "  pushq %r13\n"
    "  pushq %r13\n"
    "  callq *banyan_real_lock(%rip)\n"
    "  movq (%rsp), %rdi\n"
    "  callq banyan_locked\n"
    "  addq $16, %rsp\n"
    "  popq %r13\n"
    "  retq\n"
    ".globl \"" UNLOCK "\"\n"
    ".type \"" UNLOCK "\", @function\n"
    "\"" UNLOCK "\":\n"
    "  pushq %r13\n"
    "  pushq %r13\n"
    "  pushq %r13\n"
    "  movq %r13, %rdi\n"
    "  callq banyan_unlocking\n"
    "  movq (%rsp), %r13\n"
    "  callq *banyan_real_unlock(%rip)\n"
    "  addq $16, %rsp\n"
    "  popq %r13\n"
    "  retq\n");
