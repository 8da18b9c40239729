import Glibc

/// A client's side of a connection: blocking calls with a deadline of some seconds that nothing should meet.
final class Caller {
    /// What the other side did.
    enum Ending: Equatable {
        /// It closed the connection.
        case closed
        /// It broke the connection off.
        case reset
        /// It did nothing within the time.
        case silent
    }

    private let descriptor: Int32

    /// - Throws: The number of the system's error.
    init(_ port: UInt16) throws(POSIXNumber) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let descriptor = descriptor
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            // The address has the size that the call is told of.
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 {
            // The descriptor is closed by `deinit`, which runs here, too; a second time would close
            // another's.
            throw POSIXNumber(number: errno)
        }
        wait(atMost: 20_000)
    }

    deinit {
        close(descriptor)
    }

    struct POSIXNumber: Error, Equatable {
        var number: Int32
    }

    /// How long a read waits, in milliseconds.
    func wait(atMost milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        // The structure has the size that the call is told of.
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    func say(_ text: String) { say(Array(text.utf8)) }

    func say(_ bytes: [UInt8]) {
        // Small texts fit the socket's own buffer; when the other side is gone the next read says so.
        _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Ends this side; the other may go on.
    func end() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads so many bytes, fewer when the connection ends or is silent.
    func hear(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, case .bytes(let more) = read(count - bytes.count) { bytes += more }
        return bytes
    }

    /// What comes with one read.
    func hearOnce() -> [UInt8] {
        if case .bytes(let bytes) = read(4096) { bytes } else { [] }
    }

    /// Reads to the end.
    func hearAll() -> (text: String, ending: Ending) {
        var bytes: [UInt8] = []
        while true {
            switch read(4096) {
            case .bytes(let more): bytes += more
            case .ending(let ending): return (String(decoding: bytes, as: UTF8.self), ending)
            }
        }
    }

    private enum Answer {
        case bytes([UInt8])
        case ending(Ending)
    }

    private func read(_ limit: Int) -> Answer {
        var buffer = [UInt8](repeating: 0, count: limit)
        // The buffer has the room that the call is told of.
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return .bytes(Array(buffer.prefix(count))) }
        if count == 0 { return .ending(.closed) }
        return .ending(errno == ECONNRESET ? .reset : .silent)
    }
}
