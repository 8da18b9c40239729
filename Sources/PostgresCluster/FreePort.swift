import Glibc

/// Ports of the loopback interface that nobody listens on.
enum FreePort {
    /// A port that was free a moment ago.
    static func find() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw PostgresClusterError("no socket can be made") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            // Both structures begin alike, as the calls require, and the length is the larger one's.
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                unsafe bind(socket, general, length) == 0 && getsockname(socket, general, &length) == 0
            }
        }
        guard isBound else { throw PostgresClusterError("no port of the loopback interface is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
