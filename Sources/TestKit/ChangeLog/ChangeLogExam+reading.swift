import ChangeLog
import Model

extension ChangeLogExam {
    static var reading: [Question] {
        [
            Question(name: "records come in order whatever the limit") { log, generator in
                var generator = generator
                let writer = try log.openWriter()
                let kept = batches(20, &generator)
                _ = try writer.append(kept, checkpoint: [])
                let reader = try log.openReader(named: "examiner")
                for limit in [0, 1, 100, 10_000, 1 << 30] {
                    let read = try all(reader, byteLimit: limit).map(\.batch)
                    try demand(read == kept, "with a limit of \(limit) bytes the records differ")
                }
                let tail = try all(reader, after: LogOffset(15)).map(\.batch)
                try demand(tail == Array(kept[15...]), "reading from the middle differs")
                let one = try reader.records(after: LogOffset(3), byteLimit: 1)
                try demand(one.count == 1, "a limit of one byte gave \(one.count) records")
            },
            Question(name: "an open reader sees what is appended after it") { log, generator in
                var generator = generator
                let writer = try log.openWriter()
                let reader = try log.openReader(named: "examiner")
                for number in 1...10 {
                    try demand(
                        try reader.records(after: writer.end, byteLimit: 1).isEmpty, "records past the end")
                    let more = batches(1, &generator)
                    log.clock.advance(by: .seconds(1))
                    let end = try writer.append(more, checkpoint: [])
                    try demand(
                        try reader.end() == end && end.value == UInt64(number), "the reader's end lags behind"
                    )
                    let read = try reader.records(after: LogOffset(end.value - 1), byteLimit: 1)
                    try demand(read.map(\.batch) == more, "record \(end) is another")
                    try demand(
                        read.first?.appendedAt == log.clock.microseconds, "record \(end) has another time")
                }
            },
            Question(name: "a reader past the end is told that the log was put back") { log, generator in
                var generator = generator
                _ = try log.openWriter().append(batches(2, &generator), checkpoint: [])
                let reader = try log.openReader(named: "examiner")
                try expect(.rewound, "reading after 3 of 2") {
                    _ = try reader.records(after: LogOffset(3), byteLimit: 1)
                }
            },
            Question(name: "a damaged record is named, and nothing after it is handed out") {
                log, generator in
                var generator = generator
                let kept = batches(6, &generator)
                _ = try log.openWriter().append(kept, checkpoint: [])
                try log.crash()
                try log.damage(LogOffset(4))
                let reader = try log.openReader(named: "examiner")
                for number in 0..<3 {
                    let read = try reader.records(after: LogOffset(UInt64(number)), byteLimit: 1)
                    try demand(
                        read.map(\.batch) == [kept[number]], "record \(number + 1) before the damage differs")
                }
                try expect(.corrupt, at: LogOffset(4), "reading the damaged record") {
                    _ = try reader.records(after: LogOffset(3), byteLimit: 1 << 30)
                }
                try expect(.corrupt, at: LogOffset(4), "reading across it") {
                    _ = try all(reader, byteLimit: 1 << 30)
                }
            },
        ]
    }
}
