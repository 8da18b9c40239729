import ChangeLog
import Foundation
import Model

/// Append and replay against `dd` and `cat` of the same bytes, each with a sync for every batch.
enum LogBenchmark {
    static func run() throws {
        var append: [Double] = []
        var appendPeer: [Double] = []
        var replay: [Double] = []
        var replayPeer: [Double] = []
        let batches = 256
        for _ in 0..<3 {
            let scratch = try Scratch()
            let frame = try batch().frame()
            let megabytes = Double(frame.count * batches) / 1_048_576
            let log = try EmbeddedLog(path: scratch.file("bench.log"))
            let writer = try log.writer()
            var start = ContinuousClock.now
            for _ in 0..<batches { _ = try writer.append(frames: [frame], checkpoint: []) }
            append.append(megabytes / ((ContinuousClock.now - start) / .seconds(1)))
            try writer.close()
            let dd = try runProcess(
                "/usr/bin/dd",
                [
                    "if=/dev/zero", "of=\(scratch.file("dd"))", "bs=\(frame.count)", "count=\(batches)",
                    "oflag=dsync", "status=none",
                ])
            appendPeer.append(megabytes / dd.seconds)
            let reader = try log.observer()
            start = ContinuousClock.now
            var offset = LogOffset.start
            while true {
                let records = try reader.records(after: offset, byteLimit: 8 << 20)
                guard let last = records.last else { break }
                offset = last.offset
            }
            replay.append(megabytes / ((ContinuousClock.now - start) / .seconds(1)))
            let cat = try runProcess("/bin/sh", ["-c", "cat '\(scratch.file("dd"))' > /dev/null"])
            replayPeer.append(megabytes / cat.seconds)
        }
        let ratio = Report.median(append) / Report.median(appendPeer)
        let replayRatio = Report.median(replay) / Report.median(replayPeer)
        try Report(
            benchmark: "log", peer: "dd oflag=dsync and cat of the same bytes",
            figures: [
                "append_mb_s": Report.median(append), "dd_mb_s": Report.median(appendPeer),
                "replay_mb_s": Report.median(replay), "cat_mb_s": Report.median(replayPeer),
                "replay_ratio": replayRatio,
            ], ratio: ratio, floor: 0.25, holds: min(ratio, replayRatio) >= 0.25
        ).print()
    }

    private static func batch() -> ChangeBatch {
        let table = TableSchema(
            name: "item",
            columns: [ColumnSchema(name: "no", kind: .int64), ColumnSchema(name: "note", kind: .text)],
            key: [0])
        var batch = ChangeBatch(tables: [table])
        for row in 0..<9_000 {
            let start = UInt32(batch.bytes.count)
            RowWriter.integer(Int64(row), &batch.bytes)
            RowWriter.text(
                "A note of about a hundred bytes, as rows of an ordinary table have them: \(row)",
                &batch.bytes)
            batch.changes.append(.init(operation: .insert, table: 0, before: nil, after: start))
        }
        batch.transactions = [
            .init(position: Position(1), committedAt: nil, origin: .application, changes: 0..<9_000)
        ]
        return batch
    }
}
