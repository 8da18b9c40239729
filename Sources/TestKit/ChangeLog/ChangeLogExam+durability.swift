import ChangeLog
import Model

extension ChangeLogExam {
    static var durability: [Question] {
        [
            Question(name: "a new log is empty") { log, _ in
                let writer = try expect(log, [], checkpoint: nil, "new")
                _ = writer
                log.clock.advance(by: .seconds(1))
                try log.crash()
                _ = try expect(log, [], checkpoint: nil, "after a crash")
            },
            Question(name: "a returned append survives a crash") { log, generator in
                try appendAndCrash(log, generator)
            },
            Question(name: "an append that did not return leaves nothing, or everything") { log, generator in
                try tear(log, generator)
            },
            Question(name: "the checkpoint moves with the records and alone") { log, generator in
                var generator = generator
                let kept = batches(2, &generator)
                var writer = try log.openWriter()
                _ = try writer.append(kept, checkpoint: [1])
                _ = try writer.append([], checkpoint: [2, 2])
                try log.crash()
                writer = try expect(log, kept, checkpoint: [2, 2], "a checkpoint alone")
                _ = try writer.append([], checkpoint: [])
                try log.crash()
                _ = try expect(log, kept, checkpoint: [], "an empty checkpoint")
            },
            Question(name: "a full disk loses nothing and says so until reopened") { log, generator in
                try fill(log, generator)
            },
        ]
    }

    private static func appendAndCrash(_ log: any LogUnderExam, _ generator: SplitMix64) throws {
        var generator = generator
        var kept: [ChangeBatch] = []
        var checkpoint: [UInt8]?
        for round in 1...6 {
            let writer = try expect(log, kept, checkpoint: checkpoint, "before round \(round)")
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let more = batches(Int.random(in: 1...3, using: &generator), &generator)
                let mark = generator.bytes(20)
                let end = try writer.append(more, checkpoint: mark)
                kept += more
                checkpoint = mark
                try demand(
                    end.value == UInt64(kept.count) && writer.end == end,
                    "append returned \(end), not \(kept.count)")
            }
            try log.crash()
        }
        _ = try expect(log, kept, checkpoint: checkpoint, "in the end")
    }

    private static func tear(_ log: any LogUnderExam, _ generator: SplitMix64) throws {
        var generator = generator
        var kept = batches(2, &generator)
        var checkpoint: [UInt8] = [7]
        var writer = try log.openWriter()
        _ = try writer.append(kept, checkpoint: checkpoint)
        for step in 0..<12 {
            try log.crash(
                appending: RandomBatch.make(using: &generator, bytes: 20_000), checkpoint: [9],
                keeping: step == 0 ? 0 : Double.random(in: 0..<1, using: &generator))
            writer = try expect(log, kept, checkpoint: checkpoint, "torn \(step)")
            if step % 3 == 2 {
                let more = batches(1, &generator)
                checkpoint = [UInt8(step)]
                _ = try writer.append(more, checkpoint: checkpoint)
                kept += more
            }
        }
    }

    private static func fill(_ log: any LogUnderExam, _ generator: SplitMix64) throws {
        var generator = generator
        var kept: [ChangeBatch] = []
        log.limitRoom(2 << 20)
        let writer = try log.openWriter()
        try expect(.full, "filling the disk") {
            for _ in 0..<400 {
                let more = RandomBatch.make(using: &generator, bytes: 30_000)
                _ = try writer.append([more], checkpoint: [1])
                kept.append(more)
            }
        }
        try demand(kept.count > 3, "only \(kept.count) records were taken")
        try expect(.full, "the append after the failed one") { _ = try writer.append([], checkpoint: [2]) }
        try expect(.full, "the trim after the failed append") {
            _ = try writer.trim(RetentionPolicy(age: .zero))
        }
        try log.crash()
        log.limitRoom(nil)
        let again = try expect(log, kept, checkpoint: [1], "once there was room")
        let more = batches(1, &generator)
        _ = try again.append(more, checkpoint: [3])
        try log.crash()
        _ = try expect(log, kept + more, checkpoint: [3], "after going on")
    }
}
