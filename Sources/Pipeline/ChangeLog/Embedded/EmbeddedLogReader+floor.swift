import SQLite
import Synchronization

extension EmbeddedLogReader {
    /// Declares that this reader needs nothing up to and including `offset` any more; retention goes by the
    /// slowest reader.
    public func advance(to offset: LogOffset) throws {
        guard let name, log.floors.advance(name, to: offset) else { throw unregistered() }
        // A writer in this process carries the floor along with its next append.
        guard log.writers.load(ordering: .sequentiallyConsistent) == 0 else { return }
        try storeFloors()
    }

    /// Enters the reader in the file, so that retention waits for it.
    func register(from offset: LogOffset?) throws {
        guard let name else { throw unregistered() }
        let floor = try LogError.mapping(log.path) {
            try connection.immediate {
                try log.settle(connection)
                let header = try LogHeader.read(connection)
                let chain = RecordChain(header.identity)
                let present = try ReaderRow.readAll(connection, chain).first { $0.name == name }
                let floor = offset ?? present?.floor ?? header.base
                try requireInside(floor, header)
                guard present?.floor != floor else { return floor }
                let row = ReaderRow(
                    name: name, floor: floor, registeredAt: present?.registeredAt ?? log.clock.microseconds())
                try row.write(connection, chain)
                return floor
            }
        }
        log.floors.register(name, at: floor)
    }

    private func storeFloors() throws {
        let floors = log.floors.unstored()
        guard !floors.isEmpty else { return }
        var missing: [String] = []
        try LogError.mapping(log.path) {
            try connection.immediate {
                let chain = RecordChain(identity)
                let rows = try ReaderRow.readAll(connection, chain)
                missing = floors.keys.filter { name in !rows.contains { $0.name == name } }
                for var row in rows {
                    guard let floor = floors[row.name], floor > row.floor else { continue }
                    row.floor = floor
                    try row.write(connection, chain)
                }
            }
        }
        log.floors.markStored(floors)
        for name in missing { log.floors.remove(name) }
        if let name, missing.contains(name) { throw unregistered() }
    }

    private func unregistered() -> LogError {
        LogError(
            .unregistered, "reader \(name ?? "without a name") is not registered with \(log.path)",
            hint: "Open the reader by its name again; records may have been removed meanwhile.")
    }
}
