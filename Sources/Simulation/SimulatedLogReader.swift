import ChangeLog
import Model

/// The reading side of the log as an engine has it.
final class SimulatedLogReader: LogReader {
    private let world: World
    private let engine: SimulatedEngine
    private let reader: any LogReader

    init(_ world: World, _ engine: SimulatedEngine, _ reader: any LogReader) {
        self.world = world
        self.engine = engine
        self.reader = reader
    }

    func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
        try world.requireLife(of: engine)
        return try reader.records(after: offset, byteLimit: byteLimit)
    }

    func base() throws -> LogOffset { try reader.base() }

    func end() throws -> LogOffset { try reader.end() }

    func advance(to offset: LogOffset) throws {
        try world.call(engine, "let the log forget up to \(offset)")
        try reader.advance(to: offset)
    }
}
