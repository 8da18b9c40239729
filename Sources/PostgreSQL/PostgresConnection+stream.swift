import CPostgreSQL
import Glibc

extension PostgresConnection {
    /// Runs a command of the replication protocol, or a statement without parameters.
    public func command(_ text: String) throws -> PostgresResult {
        unsafe try finished(PQexec(handle, text), "run \(Self.shown(text))")
    }

    /// Runs a command of the replication protocol after which both sides send and receive at will.
    public func startStreaming(_ command: String) throws {
        let result = unsafe PQexec(handle, command)
        let status = unsafe PQresultStatus(result)
        _ = unsafe try finished(result, "start the replication stream")
        guard status == PGRES_COPY_BOTH else {
            throw PostgresError(
                sqlState: "08P01", message: "the server did not start a stream",
                action: "start the replication stream")
        }
    }

    /// Gives the next frame that has arrived to `body`; its bytes are valid during the call.
    ///
    /// - Returns: Nil when none has arrived.
    /// - Throws: `PostgresError` when the server ended the stream or is gone.
    public func receiveFrame<T>(_ body: (UnsafeRawBufferPointer) throws -> T) throws -> T? {
        var bytes: UnsafeMutablePointer<CChar>?
        var count = unsafe PQgetCopyData(handle, &bytes, 1)
        if count == 0 {
            guard unsafe PQconsumeInput(handle) == 1 else { throw lost("read the replication stream") }
            count = unsafe PQgetCopyData(handle, &bytes, 1)
        }
        guard count > 0 else {
            if count == 0 { return nil }
            throw ended(count)
        }
        // libpq allocated the frame for us alone.
        defer { unsafe PQfreemem(bytes) }
        return unsafe try body(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }

    /// Waits until something has arrived, or the time is over.
    @discardableResult
    public func waitForInput(milliseconds: Int32) -> Bool {
        var wanted = unsafe pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        // An error of the socket is found by the next read, an interrupted wait is a short one.
        return unsafe poll(&wanted, 1, milliseconds) > 0
    }

    /// Sends a frame.
    public func sendFrame(_ bytes: [UInt8]) throws {
        let isSent = unsafe bytes.withUnsafeBytes { frame in
            // libpq copies the bytes.
            unsafe PQputCopyData(
                handle, frame.assumingMemoryBound(to: CChar.self).baseAddress, Int32(frame.count)) == 1
        }
        guard isSent, unsafe PQflush(handle) == 0 else { throw lost("answer the replication stream") }
    }

    /// Why a stream ended: in the server's words when it gave any.
    private func ended(_ count: Int32) -> PostgresError {
        let action = "read the replication stream"
        guard count == -1, let result = unsafe PQgetResult(handle) else { return lost(action) }
        do {
            _ = unsafe try finished(result, action)
        } catch let error as PostgresError {
            return error
        } catch {
            return lost(action)
        }
        return PostgresError(
            sqlState: PostgresError.connectionFailure, message: "the server ended the stream",
            action: action)
    }
}
