import Apply
import ChangeLog
import Model
import TestKit
import Testing

/// The driver with a store that fails: a real thread's loop, without the thread.
@Suite struct ApplyDriverTests {
    private final class Reader: LogReader {
        var log: [LogRecord] = []
        var floor = LogOffset.start

        func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
            Array(log.dropFirst(Int(offset.value)).prefix(2))
        }

        func base() throws -> LogOffset { .start }
        func end() throws -> LogOffset { LogOffset(UInt64(log.count)) }
        func advance(to offset: LogOffset) throws { floor = max(floor, offset) }
    }

    private func run(
        _ bench: Bench, waits: inout [Duration], until end: Int, second: (any SecondThread)? = nil
    ) throws -> ApplyStatus {
        let reader = Reader()
        reader.log = bench.legacy.log
        var pauses: [Duration] = []
        var steps = 0
        let driver = ApplyDriver(
            applier: bench.applier, reader: reader, limits: ApplyLimits(ahead: 0),
            around: ApplyDriver.Surroundings(
                waitForRecords: { _, _ in steps = 10_000 }, pause: { pauses.append($0) },
                isStopping: {
                    steps += 1
                    return steps > 10_000
                }, jitter: { 1 }, now: { 0 }, publish: { _ in }, second: second))
        let status = driver.run()
        waits = pauses
        if !status.isHalted { #expect(reader.floor == LogOffset(UInt64(end))) }
        return status
    }

    private func bench(events: Bool = true) throws -> (Bench, MemoryDatabase) {
        let bench = try Bench(.customers(events: events), on: .memory)
        bench.legacy.backfillAll()
        for number in 1...6 {
            bench.legacy.commit {
                $0.put("cust", [.int(Int64(number)), "a", number == 3 ? "?" : "P", nil, nil])
            }
            bench.legacy.commit { $0.put("cust", [.int(Int64(number)), "b", "P", nil, nil]) }
        }
        let database = try #require(bench.store as? MemoryStore).database
        database.restartCount()
        return (bench, database)
    }

    @Test func whateverFailsForAWhileEndsInTheSameStore() throws {
        let (reference, _) = try bench()
        try reference.catchUp()
        let wanted = try reference.state()
        for fault in [
            MemoryFault.unavailable, .lostAnswer(applied: true), .lostAnswer(applied: false), .lateCommit,
        ] {
            for stride in [3, 7, 11, 12, 13, 20, 29] {
                let (bench, database) = try bench()
                for call in Swift.stride(from: stride, to: 400, by: stride) { database.faults[call] = fault }
                for call in 0..<4 { database.faults[50 + call] = .unavailable }
                var waits: [Duration] = []
                let status = try run(bench, waits: &waits, until: bench.legacy.log.count)
                database.faults = [:]
                #expect(!status.isHalted, "\(fault) every \(stride): \(status.problem ?? "")")
                #expect(waits.allSatisfy { $0 >= .milliseconds(5) && $0 <= .seconds(5) })
                #expect(try bench.state() == wanted, "\(fault) every \(stride)")
            }
        }
    }

    /// A store that is away for an hour of the worker's waiting: it is tried again, at last every five
    /// seconds, and then everything is applied.
    @Test func aStoreThatIsAwayForAnHourIsWaitedFor() throws {
        let (reference, _) = try bench()
        try reference.catchUp()
        let (bench, database) = try bench()
        // Far more attempts than there are in an hour.
        for call in 20..<20_000 { database.faults[call] = .unavailable }
        let reader = Reader()
        reader.log = bench.legacy.log
        var (waited, isDone, problems) = (Duration.zero, false, Set<String>())
        let driver = ApplyDriver(
            applier: bench.applier, reader: reader, limits: ApplyLimits(ahead: 0),
            around: ApplyDriver.Surroundings(
                waitForRecords: { _, _ in isDone = true },
                pause: {
                    #expect($0 <= .seconds(5))
                    waited += $0
                    if waited >= .seconds(3_600) { database.faults = [:] }
                }, isStopping: { isDone }, jitter: { 1 }, now: { 0 },
                publish: { problems.formUnion([$0.problem].compactMap(\.self)) }, second: nil))
        let status = driver.run()
        #expect(waited >= .seconds(3_600) && waited < .seconds(3_610))
        #expect(!status.isHalted && status.problem == nil && !problems.isEmpty)
        #expect(try bench.state() == reference.state())
    }

    /// What was prepared while something else failed, or was waited for, is applied in its turn or not at
    /// all.
    @Test(arguments: [true, false]) func whateverFailsWhileTheNextIsPreparedMakesNoDifference(events: Bool)
        throws
    {
        let (reference, _) = try bench(events: events)
        try reference.catchUp(2)
        let wanted = try reference.state()
        for fault in [
            MemoryFault.unavailable, .lostAnswer(applied: true), .lostAnswer(applied: false), .lateCommit,
        ] {
            for stride in [3, 5, 7, 11, 12, 13, 20] {
                let (bench, database) = try bench(events: events)
                for call in Swift.stride(from: stride, to: 400, by: stride) { database.faults[call] = fault }
                var waits: [Duration] = []
                let status = try run(
                    bench, waits: &waits, until: bench.legacy.log.count, second: SameThread())
                database.faults = [:]
                #expect(!status.isHalted, "\(fault) every \(stride): \(status.problem ?? "")")
                #expect(try bench.state() == wanted, "\(fault) every \(stride)")
            }
        }
    }

    /// Fails once at a record, as a disk does that is full for a moment.
    private final class Stumbling: LogReader {
        private let log: [LogRecord]
        private let at: Int
        private(set) var hasStumbled = false

        init(_ log: [LogRecord], at: Int) {
            self.log = log
            self.at = at
        }

        func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
            if offset.value == UInt64(at), !hasStumbled {
                hasStumbled = true
                throw LogError(.full, "the disk is full", hint: "wait")
            }
            return Array(log.dropFirst(Int(offset.value)).prefix(1))
        }

        func base() throws -> LogOffset { .start }
        func end() throws -> LogOffset { LogOffset(UInt64(log.count)) }
        func advance(to offset: LogOffset) throws {}
    }

    @Test func whatCannotBeReadAheadIsReadInItsTurn() throws {
        let (reference, _) = try bench()
        try reference.catchUp()
        for place in 1..<reference.legacy.log.count {
            let (bench, _) = try bench()
            let reader = Stumbling(bench.legacy.log, at: place)
            var isDone = false
            let driver = ApplyDriver(
                applier: bench.applier, reader: reader, limits: ApplyLimits(ahead: 0),
                around: ApplyDriver.Surroundings(
                    waitForRecords: { _, _ in isDone = true }, pause: { _ in }, isStopping: { isDone },
                    jitter: { 0 }, now: { 0 }, publish: { _ in }, second: SameThread()))
            #expect(!driver.run().isHalted)
            #expect(reader.hasStumbled)
            #expect(try bench.state() == reference.state(), "at \(place)")
        }
    }

    private func driver(
        _ bench: Bench, _ reader: any LogReader, held: Int = .max, ahead: Int = 0, second: any SecondThread
    ) -> ApplyDriver {
        ApplyDriver(
            applier: bench.applier, reader: reader, limits: ApplyLimits(held: held, ahead: ahead),
            around: ApplyDriver.Surroundings(
                waitForRecords: { _, _ in }, pause: { _ in }, isStopping: { false }, jitter: { 0 },
                now: { 0 }, publish: { _ in }, second: second))
    }

    /// What was prepared and cannot be applied is said in its turn, behind what comes before it.
    @Test func whatCannotBePreparedStopsTheWorkerInItsTurn() throws {
        let (bench, _) = try bench()
        let count = bench.legacy.log.count
        bench.legacy.commit { $0.truncate("cust") }
        let second = SameThread()
        let status = driver(bench, Counter(bench.legacy.log) { _ in }, second: second).run()
        #expect(status.isHalted && second.count > 0)
        #expect(status.problem?.contains("record \(count + 1) says that cust was emptied") ?? false)
        #expect(try bench.applier.ledger()?.offset == LogOffset(UInt64(count)))
    }

    /// A transaction that is not held stands behind one that is, and another behind that.
    @Test func aLargeTransactionIsFoundAheadAndAppliedInItsTurn() throws {
        let benches = try (0..<2).map { _ in try bench(events: false).0 }
        for bench in benches {
            for id in Int64(10)...30 { bench.legacy.put("cust", [.int(id), "n", "P", nil, nil]) }
            bench.legacy.commit(parts: 7)
            bench.legacy.commit { $0.put("cust", [10, "m", "P", nil, nil]) }
        }
        try benches[0].catchUp(1)
        let driver = driver(
            benches[1], Counter(benches[1].legacy.log) { _ in }, held: 1, second: SameThread())
        var turns = 0
        while case .goOn = driver.turn() { turns += 1 }
        #expect(turns > 10 && benches[1].applier.counts.large == 1 && benches[1].applier.counts.ahead > 0)
        #expect(try benches[1].rows("customer") == benches[0].rows("customer"))
    }

    /// What was found to be little is not applied by itself while more has come.
    @Test func littleIsNotHandedOverByItself() throws {
        let bench = try Bench(.customers(events: false), on: .memory)
        for id in Int64(1)...100 { bench.legacy.put("cust", [.int(id), "n", "P", nil, nil]) }
        bench.legacy.commit()
        let large = bench.legacy.log[0].batch.bytes.count
        for id in 1...3 { bench.legacy.commit { $0.put("cust", [.int(Int64(id)), "m", "P", nil, nil]) } }
        let second = SameThread()
        let driver = driver(bench, Counter(bench.legacy.log) { _ in }, ahead: large, second: second)
        for offset in [0, 1, 3, 4] {
            _ = driver.turn()
            #expect(try bench.applier.ledger()?.offset == LogOffset(UInt64(offset)))
        }
        #expect(second.count == 1 && bench.applier.counts.ahead == 0)
    }

    /// Hands out one record at a time, and notes how much was asked for.
    private final class Counter: LogReader {
        private let log: [LogRecord]
        private let read: (Int) -> Void
        private(set) var limits: [Int] = []

        init(_ log: [LogRecord], read: @escaping (Int) -> Void) {
            self.log = log
            self.read = read
        }

        func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
            limits.append(byteLimit)
            read(limits.count)
            return Array(log.dropFirst(Int(offset.value)).prefix(1))
        }

        func base() throws -> LogOffset { .start }
        func end() throws -> LogOffset { LogOffset(UInt64(log.count)) }
        func advance(to offset: LogOffset) throws {}
    }

    @Test func aSlowTransactionMakesTheNextSmallerAndAQuickOneLarger() throws {
        let (bench, _) = try bench()
        var clock: Int64 = 0
        var pace: Int64 = 1_000_000
        var isDone = false
        let reader = Counter(bench.legacy.log) { if $0 == 7 { pace = 0 } }
        let driver = ApplyDriver(
            applier: bench.applier, reader: reader, limits: ApplyLimits(bytes: 300_000),
            around: ApplyDriver.Surroundings(
                waitForRecords: { _, _ in isDone = true }, pause: { _ in }, isStopping: { isDone },
                jitter: { 0 },
                now: {
                    clock += pace
                    return clock
                }, publish: { _ in }))
        #expect(!driver.run().isHalted)
        #expect(reader.limits.prefix(7) == [300_000, 150_000, 75_000, 65_536, 65_536, 65_536, 65_536])
        #expect(reader.limits.dropFirst(7).prefix(4) == [131_072, 262_144, 300_000, 300_000])
    }

    /// The answer to a commit is lost, and by the time the ledger is asked somebody else has taken it over.
    @Test func aWorkerThatLostTheStreamWithAnAnswerSaysWhy() throws {
        let (bench, database) = try bench()
        let thief = try database.open()
        let reader = Reader()
        reader.log = bench.legacy.log
        var isStolen = false
        database.onCall = { isCommit in isCommit && !isStolen ? .lostAnswer(applied: true) : nil }
        let driver = ApplyDriver(
            applier: bench.applier, reader: reader, limits: ApplyLimits(),
            around: ApplyDriver.Surroundings(
                waitForRecords: { _, _ in }, pause: { _ in }, isStopping: { false }, jitter: { 0 },
                now: { 0 },
                publish: { status in
                    guard !isStolen, status.problem?.contains("ambiguous") ?? false else { return }
                    isStolen = true
                    do { _ = try thief.claim("ctx") } catch { Issue.record(error) }
                }))
        let status = driver.run()
        #expect(status.isHalted && isStolen)
        #expect(status.problem?.contains("is not where this engine left it") ?? false)
    }

    @Test func aWorkerThatLostTheStreamHaltsAndSaysWhy() throws {
        let (bench, database) = try bench()
        let thief = try database.open()
        // The claim of the driver is the first call; whoever claims after it owns the stream.
        database.faults = [:]
        var waits: [Duration] = []
        let reader = Reader()
        reader.log = bench.legacy.log
        var isStolen = false
        let driver = ApplyDriver(
            applier: bench.applier, reader: reader, limits: ApplyLimits(),
            around: ApplyDriver.Surroundings(
                waitForRecords: { _, _ in }, pause: { waits.append($0) }, isStopping: { false },
                jitter: { 0 }, now: { 0 },
                publish: { status in
                    if !isStolen, status.ledger != nil {
                        isStolen = true
                        do { _ = try thief.claim("ctx") } catch { Issue.record(error) }
                    }
                }))
        let status = driver.run()
        #expect(status.isHalted)
        #expect(status.problem?.contains("fenced") == true)
        #expect(reader.floor == LogOffset(2))
    }
}
