import Foundation
import Glibc
import Synchronization

/// A server that sends back whatever it gets, one thread a connection; ends with the test.
final class EchoServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let sessions = Sessions()

    /// The sockets of the sessions so far.
    private final class Sessions: Sendable {
        let descriptors = Mutex<[Int32]>([])
    }

    struct Failure: Error {}

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw Failure() }
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            // The address has the size that the calls are told of.
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                unsafe bind(listener, raw, size) + listen(listener, 16) + getsockname(listener, raw, &size)
            }
        }
        guard result == 0 else { throw Failure() }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [sessions] in
            while true {
                // No address is asked for; the call fails when the listener is shut down.
                let session = accept(listener, nil, nil)
                guard session >= 0 else { return }
                sessions.descriptors.withLock { $0.append(session) }
                Thread.detachNewThread { Self.echo(session) }
            }
        }
    }

    /// Ends the listening and every session.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        for session in sessions.descriptors.withLock(\.self) { shutdown(session, Int32(SHUT_RDWR)) }
    }

    private static func echo(_ session: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            // The buffer has the room that the call is told of.
            let count = unsafe recv(session, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            // Sends what was read; blocks until it is taken.
            guard unsafe send(session, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(session, Int32(SHUT_WR))
    }
}
