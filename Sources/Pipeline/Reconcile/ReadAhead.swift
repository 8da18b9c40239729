import Apply
import Capture

/// Reads the next portion on another thread, where there is one, while the one before it is looked at.
final class ReadAhead {
    private let thread: (any SecondThread)?
    private let read: (Int64?) throws -> DigestView?
    private var result: Result<DigestView?, any Error>?

    /// - Parameters:
    ///   - thread: Nil to read in the caller's turn.
    ///   - read: Reads what follows a key; nobody else uses what it uses until `end`.
    init(_ thread: (any SecondThread)?, _ read: @escaping (Int64?) throws -> DigestView?) {
        self.thread = thread
        self.read = read
    }

    /// Begins to read what follows a key.
    func begin(after key: Int64?) {
        guard let thread else { return result = Result { try read(key) } }
        thread.start { [self] in result = Result { try read(key) } }
    }

    /// What was begun to be read; nil when it cannot be.
    func next() throws -> DigestView? {
        thread?.join()
        guard let read = result else {
            throw NotComparable("nothing was read", hint: "this is a defect of Banyan's")
        }
        result = nil
        return try read.get()
    }

    /// Waits until nothing is being read.
    func end() { thread?.join() }
}
