import Glibc
import Synchronization

/// One end of a TCP connection, or a listener: used by one thread.
final class ProxySocket: Sendable {
    /// A call of the system that failed.
    struct Failure: Error, CustomStringConvertible {
        var action: String
        var number: Int32
        var description: String { "cannot \(action) (errno \(number))" }
    }

    /// What a look at what has come gives.
    enum Receipt {
        case bytes([UInt8])
        case nothing
        case end
        case broken
    }

    let descriptor: Int32
    private let isOpen = Atomic(true)

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close()
    }

    /// Lets go of it; nothing may be asked of it afterwards.
    func close() {
        guard isOpen.exchange(false, ordering: .sequentiallyConsistent) else { return }
        Glibc.close(descriptor)
    }

    /// Listens on this port of the loopback interface; on a free one when it is 0.
    static func listening(on port: UInt16) throws -> ProxySocket {
        let socket = try make()
        socket.set(SOL_SOCKET, SO_REUSEADDR, Int32(1))
        // The address outlives the call.
        try check("bind to port \(port)", unsafe socket.atLoopback(port) { unsafe bind($0, $1, $2) })
        try check("listen on port \(port)", listen(socket.descriptor, 128))
        return socket
    }

    /// Connects to a port of the loopback interface.
    static func connected(to port: UInt16) throws -> ProxySocket {
        let socket = try make()
        // The address outlives the call.
        try check("connect to port \(port)", unsafe socket.atLoopback(port) { unsafe connect($0, $1, $2) })
        socket.sendAtOnce()
        return socket
    }

    /// The next client; nil when it is gone already.
    func accepted() -> ProxySocket? {
        // No address is asked for.
        let client = Glibc.accept(descriptor, nil, nil)
        guard client >= 0 else { return nil }
        let socket = ProxySocket(owning: client)
        // A program that is started at the same moment may inherit it; it must not live longer for that.
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        socket.sendAtOnce()
        return socket
    }

    /// The port that it is bound to.
    func port() throws -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            // The address has the size that the call is told of.
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        try Self.check("ask for the port", result)
        return UInt16(bigEndian: address.sin_port)
    }

    /// What has come, without waiting.
    func receive() -> Receipt {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        // The buffer has the room that the call is told of.
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 { return .bytes(Array(buffer.prefix(count))) }
        if count == 0 { return .end }
        return errno == EAGAIN || errno == EINTR ? .nothing : .broken
    }

    /// Sends what can be sent without waiting.
    ///
    /// - Returns: How many bytes were taken; nil when the other side is gone.
    func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let count = unsafe bytes.withUnsafeBytes { buffer in
            // The call reads the buffer and keeps nothing.
            unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, flags)
        }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Tells the other side that nothing more comes.
    func endSending() {
        // Fails only when the other side is gone, which is then seen by the next read.
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Takes what has come and forgets it: a socket that is closed with something unread sends a reset.
    func drain() {
        while case .bytes = receive() {}
    }

    /// Makes the next close a reset.
    func resetOnClose() {
        set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
    }

    /// Small pieces are sent as they come, not gathered.
    private func sendAtOnce() {
        set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
    }

    private static func make() throws -> ProxySocket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try check("make a socket", descriptor)
        return ProxySocket(owning: descriptor)
    }

    private func atLoopback(
        _ port: UInt16, _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            // The address has the size that the call is told of.
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Sets an option that every TCP socket has.
    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) {
        var value = value
        let size = socklen_t(MemoryLayout<Value>.size)
        // The value has the size that the call is told of.
        let result = unsafe withUnsafeBytes(of: &value) {
            unsafe setsockopt(descriptor, level, option, $0.baseAddress, size)
        }
        precondition(result == 0, "a TCP socket has the option")
    }

    private static func check(_ action: String, _ result: Int32) throws {
        if result < 0 { throw Failure(action: action, number: errno) }
    }
}
