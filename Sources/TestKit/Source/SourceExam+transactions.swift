import Capture
import Model

extension SourceExam {
    /// What transactions look like at their ends: in parts, rolled back, beside others.
    static var transactions: [Question] {
        [
            Question(name: "a transaction larger than the limit comes in parts") { exam in
                try parts(exam)
            },
            Question(name: "after a part the whole transaction comes again") { exam in
                try again(exam)
            },
            Question(name: "what is not committed is not reported") { exam in
                let stream = try exam.open(after: exam.start, "opened at the start")
                let operations: [SourceOperation] = [.insert(table: "account", row: account(1, "Ann"))]
                let transaction = try exam.subject.begin(operations)
                try stream.drain(byteLimit: 1 << 20)
                try exam.expect(stream, "while a transaction is open")
                try demand(
                    try exam.position() == exam.start.position, "the position moved before the commit")
                try exam.finish(transaction, operations)
                try stream.drain(byteLimit: 1 << 20)
                try exam.expect(stream, "after the commit")
            },
            Question(name: "what is rolled back leaves nothing") { exam in
                try exam.commitRandom(2)
                let before = try exam.position()
                try exam.subject.begin([.insert(table: "account", row: account(99, "nobody"))]).rollBack()
                try demand(try exam.position() == before, "a rollback moved the position")
                try exam.commitRandom(2)
                try exam.expectRest(after: exam.start, byteLimit: 1 << 20, "around a rollback")
            },
            Question(
                name: "transactions come in the order of their commits, not of their writes",
                needs: .interleavingWriters
            ) { exam in
                let writes: [[SourceOperation]] = (1...3).map {
                    [.insert(table: "account", row: account($0, "writer \($0)"))]
                }
                let open = try writes.map { try exam.subject.begin($0) }
                let stream = try exam.open(after: exam.start, "opened between write and commit")
                for index in [1, 2, 0] {
                    try exam.finish(open[index], writes[index])
                    try stream.drain(byteLimit: 1 << 20)
                    try exam.expect(stream, "after the commit of writer \(index + 1)")
                }
                try exam.expectRest(after: exam.start, byteLimit: 1 << 20, "in the end")
            },
        ]
    }

    /// Rows in one transaction that takes some dozens of thousand bytes.
    private static func large(_ exam: SourceExam) -> [SourceOperation] {
        (0..<300).map {
            .insert(table: "account", row: account(1_000 + $0, String(repeating: "x", count: 80)))
        }
    }

    private static func parts(_ exam: SourceExam) throws {
        try exam.commitRandom(2)
        try exam.commit(large(exam))
        let end = try exam.position()
        try exam.commitRandom(2)
        for limit in [1, 700, 5_000] {
            let stream = try exam.open(after: exam.start, "with \(limit) bytes a batch")
            try stream.drain(byteLimit: limit)
            try exam.expect(stream, "with \(limit) bytes a batch")
            // Where neighbours come as one, the large one may come together with those after it.
            let position = stream.transactions.first { $0.position >= end }?.position
            let parts = stream.batches.filter { $0.endPosition == position }
            try demand(
                parts.count > 2, "with \(limit) bytes a batch the transaction came in \(parts.count) parts")
            try demand(parts.allSatisfy { !$0.changes.isEmpty }, "a part of a transaction is empty")
            try exam.checkFidelity(of: stream)
        }
        try exam.expectRest(after: exam.start, byteLimit: 1 << 20, "with room for all of it")
    }

    private static func again(_ exam: SourceExam) throws {
        try exam.commitRandom(1)
        try exam.commit(large(exam))
        try exam.commitRandom(1)
        for count in [1, 3] {
            let stream = try exam.open(after: exam.start, "opened to be given up")
            var parts = 0
            while parts < count, let batch = try stream.read(byteLimit: 2_000) {
                if batch.continues { parts += 1 }
            }
            try demand(parts == count, "no part of the large transaction came")
            try exam.expectRest(
                after: stream.source.resumePoint, byteLimit: 2_000, "after \(count) parts were thrown away")
            // Whoever reads on needs not know that the other gave up.
            try stream.drain(byteLimit: 900)
            try exam.expect(stream, "read on with another limit")
        }
    }
}
