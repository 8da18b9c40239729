import Synchronization

/// How far the readers in this process have declared that they need nothing any more.
///
/// The writer carries what is new here into the file with its next append, so that a reader's progress costs
/// no sync and no wait for the file's write lock. What a crash forgets only keeps records longer.
final class FloorBook: Sendable {
    private struct Floor {
        var offset: LogOffset
        var isStored: Bool
    }

    private let floors = Mutex<[String: Floor]>([:])

    /// A reader's floor as the file has it.
    func register(_ name: String, at offset: LogOffset) {
        floors.withLock { $0[name] = Floor(offset: offset, isStored: true) }
    }

    /// Raises a floor; false when the reader is not registered.
    func advance(_ name: String, to offset: LogOffset) -> Bool {
        floors.withLock { floors in
            guard let floor = floors[name] else { return false }
            if floor.offset < offset { floors[name] = Floor(offset: offset, isStored: false) }
            return true
        }
    }

    /// The floors that the file does not have yet.
    func unstored() -> [String: LogOffset] {
        floors.withLock { $0.filter { !$0.value.isStored }.mapValues(\.offset) }
    }

    /// Notes what the file has now.
    func markStored(_ stored: [String: LogOffset]) {
        floors.withLock { floors in
            for (name, offset) in stored where floors[name]?.offset == offset {
                floors[name]?.isStored = true
            }
        }
    }

    /// Forgets a reader.
    func remove(_ name: String) {
        floors.withLock { $0[name] = nil }
    }
}
