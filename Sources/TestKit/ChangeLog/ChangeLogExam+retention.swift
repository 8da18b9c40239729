import ChangeLog
import Model

extension ChangeLogExam {
    private static let all = RetentionPolicy(age: .zero)

    static var retention: [Question] {
        [
            Question(name: "trimming never passes the slowest reader") { log, generator in
                try slowestReader(log, generator)
            },
            Question(name: "trimming keeps the young and, by size, the newest") { log, generator in
                try youngAndNewest(log, generator)
            },
            Question(name: "while nobody is registered nothing is trimmed") { log, generator in
                var generator = generator
                let writer = try log.openWriter()
                let kept = batches(3, &generator)
                _ = try writer.append(kept, checkpoint: [])
                log.clock.advance(by: .seconds(60))
                try demand(
                    try writer.trim(all).records == 0, "records were removed though nobody has read them")
            },
            Question(name: "a floor never falls, and a forgotten reader is told") { log, generator in
                var generator = generator
                let writer = try log.openWriter()
                let reader = try log.openReader(named: "apply")
                _ = try writer.append(batches(4, &generator), checkpoint: [])
                log.clock.advance(by: .seconds(60))
                try reader.advance(to: LogOffset(3))
                try reader.advance(to: LogOffset(1))
                try demand(try writer.trim(all).records == 3, "the floor fell")
                try log.unregister("apply")
                try expect(.unregistered, "advancing a forgotten reader") {
                    try reader.advance(to: LogOffset(4))
                }
            },
        ]
    }

    private static func slowestReader(_ log: any LogUnderExam, _ generator: SplitMix64) throws {
        var generator = generator
        let kept = batches(10, &generator)
        var writer = try log.openWriter()
        let fast = try log.openReader(named: "fast")
        let slow = try log.openReader(named: "slow")
        _ = try writer.append(kept, checkpoint: [1])
        log.clock.advance(by: .seconds(60))
        try fast.advance(to: LogOffset(9))
        try demand(try writer.trim(all).records == 0, "the slow reader has passed nothing")
        try slow.advance(to: LogOffset(4))
        try demand(try writer.trim(all).records == 4, "four records were passed by both")
        try expect(.trimmed, at: LogOffset(4), "reading a removed record") {
            _ = try slow.records(after: LogOffset(3), byteLimit: 1)
        }
        let rest = try Self.all(slow, after: LogOffset(4)).map(\.batch)
        try demand(rest == Array(kept[4...]), "the records that stay differ")
        try log.crash()
        writer = try log.openWriter()
        try demand(writer.end == LogOffset(10), "after a crash the end is \(writer.end)")
        let again = try log.openReader(named: "slow")
        let after = try Self.all(again, after: LogOffset(4)).map(\.batch)
        try demand(after == Array(kept[4...]), "after a crash the records that stay differ")
        let swift = try log.openReader(named: "fast")
        try swift.advance(to: LogOffset(10))
        try log.unregister("slow")
        try demand(try writer.trim(all).records == 6, "with the slow reader gone the rest may go")
        let more = batches(1, &generator)
        let end = try writer.append(more, checkpoint: [2])
        try demand(end == LogOffset(11), "an emptied log goes on at \(end), not at 11")
        let last = try Self.all(swift, after: LogOffset(10)).map(\.batch)
        try demand(last == more, "the record after the emptied log differs")
    }

    private static func youngAndNewest(_ log: any LogUnderExam, _ generator: SplitMix64) throws {
        var generator = generator
        let writer = try log.openWriter()
        let reader = try log.openReader(named: "apply")
        var sizes: [Int] = []
        for _ in 0..<8 {
            let more = RandomBatch.make(using: &generator, bytes: 3_000)
            sizes.append(try more.frame().count)
            _ = try writer.append([more], checkpoint: [])
            log.clock.advance(by: .seconds(10))
        }
        try reader.advance(to: LogOffset(8))
        let old = try writer.trim(RetentionPolicy(age: .seconds(55))).records
        try demand(old == 3, "of records 10 to 80 s old, 3 are older than 55 s, but \(old) went")
        let room = sizes.suffix(2).reduce(0, +)
        let large = try writer.trim(RetentionPolicy(age: .seconds(3_600), bytes: room)).records
        try demand(large == 3, "the newest two fit, so 3 of 5 go, but \(large) went")
    }
}
