import ChangeLog
import Model
import TestKit

/// The writing side of the log as an engine has it: retention runs beside the appends.
final class SimulatedLogWriter: LogWriter {
    private let world: World
    private let engine: SimulatedEngine
    private let writer: any LogWriter

    init(_ world: World, _ engine: SimulatedEngine) throws {
        self.world = world
        self.engine = engine
        try world.call(engine, "open the log")
        if world.engines.count > 1, world.chance.happens(world.swarm.lockBroken) {
            world.note(.lockBroken, "the log is taken from whoever writes it")
            world.log.breakLock()
        }
        writer = try world.log.openWriter()
        world.logOwner = engine.number
        world.checker.recovered(to: writer.end, try writer.checkpoint())
    }

    var end: LogOffset { writer.end }

    func append(_ batches: [ChangeBatch], checkpoint: [UInt8]) throws -> LogOffset {
        world.checker.appending(batches, checkpoint, after: writer.end, by: engine)
        let end: LogOffset
        do {
            end = try writer.append(batches, checkpoint: checkpoint)
        } catch let error as LogError where error.code != .failed {
            world.checker.refused(engine)
            throw error
        }
        if world.chance.happens(world.swarm.trim) {
            let removed = try writer.trim(RetentionPolicy(age: .milliseconds(1))).records
            if removed > 0 {
                world.mark(.logTrimmed)
                world.trace.note("trim", UInt64(removed), "\(removed) records of the log are removed")
            }
        }
        return end
    }

    func checkpoint() throws -> [UInt8]? { try writer.checkpoint() }

    func trim(_ policy: RetentionPolicy) throws -> LogTrim { try writer.trim(policy) }
}
