import Glibc

/// How long the calling thread computes in `body`: on a busy machine the clock on the wall says nothing.
public func computing(_ body: () throws -> Void) rethrows -> Duration {
    let start = computed()
    try body()
    return computed() - start
}

private func computed() -> Duration {
    var time = timespec()
    // The call fills the local structure and keeps no pointer.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
