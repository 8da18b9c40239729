import Capture
import Model

extension SourceExam {
    /// What moves the stream: nothing but `next`.
    static var pulling: [Question] { pulls + answers }

    /// Where a stream starts, and how it goes on.
    private static var pulls: [Question] {
        [
            Question(name: "a stream that is opened nowhere starts at the present end") { exam in
                try exam.commitRandom(5)
                let stream = try exam.open(after: nil, "opened at the end")
                let (last, end) = (try exam.position(), try exam.end())
                try demand(
                    stream.opened.position == last
                        || (!exam.can(.namingItsLastCommit) && stream.opened.position > last
                            && stream.opened.position <= end),
                    "it starts at \(stream.opened.position), the last commit is at \(last)")
                try demand(
                    try stream.read(byteLimit: 1 << 20) == nil, "changes before the opening are reported")
                try exam.commitRandom(5)
                try stream.drain(byteLimit: 1 << 20)
                try exam.expect(stream, "after the opening")
                try exam.expectRest(after: stream.opened, byteLimit: 1 << 20, "opened there again")
            },
            Question(name: "nothing moves between pulls") { exam in
                let stream = try exam.open(after: exam.start, "opened at the start")
                try exam.commitRandom(3)
                _ = try stream.read(byteLimit: 1)
                for _ in 0..<3 {
                    let (point, backlog) = (stream.source.resumePoint, try stream.source.backlog())
                    let fidelity = stream.source.fidelity
                    try exam.commitRandom(2)
                    try demand(stream.source.resumePoint == point, "the resume point moved without a pull")
                    try demand(stream.source.fidelity == fidelity, "transactions were counted without a pull")
                    try demand(
                        try stream.source.backlog() > backlog, "commits did not lengthen the backlog")
                }
                try stream.drain(byteLimit: 300)
                try exam.expect(stream, "in the end")
            },
            Question(name: "the end is nothing, and what comes later is seen") { exam in
                let stream = try exam.open(after: exam.start, "opened at the start")
                for round in 1...6 {
                    try demand(try stream.read(byteLimit: 1) == nil, "round \(round): a batch at the end")
                    try demand(
                        try stream.read(byteLimit: 1 << 20) == nil, "round \(round): a batch at the end")
                    try exam.commitRandom(round % 3 + 1)
                    try stream.drain(byteLimit: 1 << 20)
                    try exam.expect(stream, "round \(round)")
                }
            },
        ]
    }

    /// What a source says of itself while it is read.
    private static var answers: [Question] {
        [
            Question(
                name: "the current position is that of the last commit", needs: .namingItsLastCommit
            ) { exam in
                let reader = try exam.subject.makeSource()
                _ = try reader.open(after: exam.start)
                for _ in 0..<6 {
                    try exam.commitRandom(1)
                    try demand(
                        try reader.currentPosition() == exam.position(), "two sources name two positions")
                    let stream = try exam.expectRest(
                        after: exam.start, byteLimit: 1 << 20, "read after a commit")
                    try demand(
                        try stream.end == reader.currentPosition(),
                        "the position is \(reader.currentPosition()), the last commit came at \(stream.end)")
                }
            },
            Question(name: "the backlog counts down to zero", needs: .countingItsBacklog) { exam in
                try exam.commitRandom(12, operations: 1...9)
                let stream = try exam.open(after: exam.start, "opened at the start")
                var backlog = try stream.source.backlog()
                try demand(backlog > 0, "there is no backlog before anything was read")
                var whole = 0
                while try stream.read(byteLimit: 40) != nil {
                    let left = try stream.source.backlog()
                    try demand(
                        stream.transactions.count > whole ? left < backlog : left <= backlog,
                        "the backlog went from \(backlog) to \(left)")
                    try demand(
                        (left == 0) == (try stream.end == exam.position()),
                        "the backlog is \(left) at \(stream.end)")
                    (backlog, whole) = (left, stream.transactions.count)
                }
                try demand(backlog == 0, "the backlog is \(backlog) at the end")
                try exam.expect(stream, "read with its backlog")
            },
        ]
    }
}
