import Foundation
import Migration
import SQLite

/// How long a live change takes to the service store, and what capture costs the writer.
enum LiveBenchmark {
    /// How often the two writers take turns.
    private static let rounds = 4

    static func run() throws {
        let scratch = try Scratch()
        _ = try runProcess(
            "/usr/bin/sqlite3", [scratch.file("legacy.db")], input: BackfillBenchmark.legacy(rows: 10_000))
        _ = try runProcess("/usr/bin/sqlite3", [scratch.file("service.db")], input: BackfillBenchmark.service)
        try BackfillBenchmark.plan.write(toFile: scratch.file("plan.yaml"), atomically: true, encoding: .utf8)
        _ = try runProcess(
            "/usr/bin/sqlite3", [scratch.file("free.db")], input: BackfillBenchmark.legacy(rows: 10_000))
        let engine = Process()
        engine.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        engine.arguments = ["child-live", scratch.path]
        let output = Pipe()
        engine.standardOutput = output
        try engine.run()
        try waitForTriggers(scratch.file("legacy.db"))
        var free: [Double] = []
        var captured: [Double] = []
        for _ in 0..<rounds {
            free.append(try writerRate(scratch.file("free.db"), seconds: 2, rate: 0))
            captured.append(try writerRate(scratch.file("legacy.db"), seconds: 2, rate: 0))
        }
        let steady = try writerRate(scratch.file("legacy.db"), seconds: 5, rate: 2_000)
        engine.interrupt()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        engine.waitUntilExit()
        let parts = text.split(separator: " ").compactMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        guard parts.count == 2 else { throw BenchmarkFailure("the engine said \(text)") }
        let ratio = Report.median(zip(captured, free).map { $0 / $1 })
        try Report(
            benchmark: "sqlite_live", peer: "the same writer, in turn, on a copy without capture",
            figures: [
                "writer_tx_s_free": Report.median(free), "writer_tx_s_captured": Report.median(captured),
                "writer_tx_s_steady": steady, "freshness_ms_p50": parts[0], "freshness_ms_p99": parts[1],
                "p50_floor_ms": 50, "p99_floor_ms": 250,
            ], ratio: ratio, floor: 0.6, holds: ratio >= 0.6 && parts[0] <= 50 && parts[1] <= 250
        ).print()
    }

    private static func waitForTriggers(_ path: String) throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let answer = try runProcess(
                "/usr/bin/sqlite3",
                [path, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'item'"])
            if let count = Int(answer.output.trimmingCharacters(in: .newlines)), count >= 3 { return }
        }
        throw BenchmarkFailure("capture was not installed in 20 s")
    }

    private static func writerRate(_ path: String, seconds: Double, rate: Double) throws -> Double {
        let child = try runProcess(CommandLine.arguments[0], ["child-writer", path, "\(seconds)", "\(rate)"])
        guard let rate = Double(child.output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw BenchmarkFailure("the writer said \(child.output)")
        }
        return rate
    }

    /// Small durable transactions for a while; prints transactions a second.
    static func runWriter(path: String, seconds: Double, rate: Double) throws {
        let connection = try SQLiteConnection(path: path, access: .readWrite, busyMilliseconds: 30_000)
        let update = try connection.prepare(
            "UPDATE item SET price = ?1, note = ?2, changed = changed + 1 WHERE item_no = ?3")
        let start = ContinuousClock.now
        var count = 0
        while ContinuousClock.now - start < .seconds(seconds) {
            if rate > 0, Double(count) > rate * ((ContinuousClock.now - start) / .seconds(1)) {
                usleep(100)
                continue
            }
            try connection.immediate {
                update.bind(Double(count % 10_000) / 100, at: 1)
                update.bind("changed in round \(count)", at: 2)
                update.bind(Int64(count % 10_000 + 1), at: 3)
                try update.run()
            }
            count += 1
        }
        print(Double(count) / ((ContinuousClock.now - start) / .seconds(1)))
    }

    /// The engine under live changes, until it is interrupted; prints p50 and p99 of freshness in
    /// milliseconds.
    static func runEngine(folder: String) throws {
        let plan = try PlanOpening.open(folder + "/plan.yaml")
        let engine = try MigrationEngine(plan: plan)
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { engine.stop() }
        source.resume()
        let status = try engine.run(until: .forever)
        let freshness = status.contexts.first?.apply.freshness
        print(Double(freshness?.quantile(0.5) ?? 0) / 1000, Double(freshness?.quantile(0.99) ?? 0) / 1000)
    }
}
