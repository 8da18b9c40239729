import Glibc

/// Wakes a thread that waits in `poll`: a pipe.
final class ProxyBell: Sendable {
    /// Readable while the bell has been rung and not silenced.
    let descriptor: Int32
    private let sender: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        // The array has room for the two ends.
        guard unsafe pipe(&ends) == 0 else {
            throw ProxySocket.Failure(action: "make a pipe", number: errno)
        }
        (descriptor, sender) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(descriptor)
        close(sender)
    }

    func ring() {
        var byte: UInt8 = 1
        // Fails only when the pipe is full, and then it is readable, too.
        _ = unsafe write(sender, &byte, 1)
    }

    func silence() {
        var bytes = [UInt8](repeating: 0, count: 64)
        // The array has the room that the call is told of.
        while unsafe read(descriptor, &bytes, bytes.count) > 0 {}
    }
}
