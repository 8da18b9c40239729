import Capture
import Model

extension SourceExam {
    /// What a source may forget.
    static var confirmation: [Question] {
        [
            Question(name: "confirming lets go of nothing that comes after") { exam in
                let points = try history(exam)
                for index in stride(from: 2, to: points.count, by: 5) {
                    try exam.confirm(points[index])
                    let some = points.indices.shuffled(using: &exam.generator).prefix(6)
                    try exam.expectKept(points, confirmed: index, looking: [index] + some)
                }
            },
            Question(name: "confirming an older position changes nothing") { exam in
                let points = try history(exam)
                let (older, newer) = (points.count / 4, points.count * 3 / 4)
                let stream = try exam.open(after: points[newer], "opened to confirm")
                try stream.source.confirm(points[newer].position)
                let backlog = try stream.source.backlog()
                for point in [points[older], exam.start, points[newer]] {
                    try stream.source.confirm(point.position)
                    let left = try stream.source.backlog()
                    try demand(
                        stream.source.resumePoint == points[newer]
                            && (left == backlog || !exam.can(.countingItsBacklog)),
                        "confirming \(point.position) moved the stream")
                }
                try exam.confirm(points[older], openedAt: points[newer])
                try exam.expectKept(points, confirmed: newer, looking: Array(points.indices.suffix(12)))
                try stream.drain(byteLimit: 300)
                try exam.expect(stream, "read on after confirming")
            },
            Question(name: "a stream that confirms as it reads loses nothing") { exam in
                let stream = try exam.open(after: exam.start, "opened at the start")
                for _ in 0..<20 {
                    try exam.commitRandom(3, operations: 1...9)
                    while try stream.read(byteLimit: 200) != nil {
                        try stream.source.confirm(stream.source.resumePoint.position)
                    }
                }
                try exam.expect(stream, "confirmed all along")
                try exam.commitRandom(2)
                try exam.expectRest(after: stream.source.resumePoint, byteLimit: 200, "opened at the last")
            },
            Question(
                name: "a stream is refused after what was forgotten, and goes on before it",
                needs: .forgetting
            ) { exam in
                let points = try history(exam)
                let middle = points.count / 2
                try exam.confirm(points[middle])
                try exam.subject.forget(through: points[middle].position)
                for point in points[..<middle] {
                    try exam.expectRefusal(
                        .gap, "opening after \(point.position), forgotten up to \(points[middle].position)"
                    ) {
                        _ = try exam.open(after: point, "opened over a gap")
                    }
                }
                try exam.expectKept(points, confirmed: middle, looking: Array(points.indices))
                try exam.commitRandom(3)
                try exam.expectRest(after: points[middle], byteLimit: 300, "with later commits")
                try exam.forgetAll()
            },
        ]
    }

    /// Some hundreds of changes, and every point where one may resume, the last one before their end.
    private static func history(_ exam: SourceExam) throws -> [ResumePoint] {
        Array(try exam.follow(32, operations: 4...10).dropLast())
    }

    /// Forgets everything there is; what comes after goes on from the end.
    private func forgetAll() throws {
        let before = try position()
        let last = try expectRest(
            after: open(after: nil, "opened at the end").opened, byteLimit: 1, "at the end")
        try confirm(last.opened)
        try subject.forget(through: last.opened.position)
        try expectRest(after: last.opened, byteLimit: 300, "all forgotten")
        try demand(try position() == before, "forgetting moved the position")
        try commitRandom(3)
        try expectRest(after: last.opened, byteLimit: 300, "after all was forgotten")
    }

    /// Confirms a position with a source of its own, as a process does that was started again.
    private func confirm(_ point: ResumePoint, openedAt opening: ResumePoint? = nil) throws {
        let source = try subject.makeSource()
        _ = try source.open(after: opening ?? point)
        try source.confirm(point.position)
    }

    /// Demands the exact rest after points from the confirmed one on; before it, the same or a refusal.
    private func expectKept(_ points: [ResumePoint], confirmed: Int, looking indices: [Int]) throws {
        for index in indices {
            let point = points[index]
            let when = "after \(point.position), confirmed \(points[confirmed].position)"
            do {
                try expectRest(after: point, byteLimit: 1_000, when)
            } catch let error as CaptureError where index < confirmed {
                try demand(error.code == .gap, "\(when): refused with \(error)")
            }
        }
    }
}
