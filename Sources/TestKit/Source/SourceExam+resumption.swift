import Capture
import Model

extension SourceExam {
    /// Where a stream goes on.
    static var resumption: [Question] {
        [
            Question(name: "a stream goes on after every resume point") { exam in
                let points = try exam.follow(24)
                for point in points {
                    // A point is kept in the log's checkpoint.
                    let kept = try CaptureCheckpoint(
                        decoding: CaptureCheckpoint(resume: point).encoded()
                    ).resume
                    let limit = 1 << Int.random(in: 0...14, using: &exam.generator)
                    for limit in [limit, 1 << 20] {
                        try exam.expectRest(
                            after: kept, byteLimit: limit, "after \(point.position), \(limit) bytes a batch")
                    }
                }
            },
            Question(name: "every limit sees the same resume points again") { exam in
                try exam.commitRandom(16)
                for limit in [1 << 20, 900, 60] {
                    let stream = try exam.expectRest(
                        after: exam.start, byteLimit: limit, "with \(limit) bytes a batch")
                    for point in stream.points.shuffled(using: &exam.generator) {
                        try exam.expectRest(
                            after: point, byteLimit: limit,
                            "after \(point.position), found with \(limit) bytes a batch")
                    }
                }
            },
            Question(name: "two sources at one point give equal batches") { exam in
                let points = try exam.follow(16)
                for point in [points.first, points.dropFirst(points.count / 2).first].compactMap({ $0 }) {
                    for limit in [1, 250, 1 << 20] {
                        let streams = try (0..<2).map { _ in
                            try exam.expectRest(after: point, byteLimit: limit, "after \(point.position)")
                        }
                        try demand(
                            streams[0].batches == streams[1].batches,
                            "after \(point.position), \(limit) bytes a batch, two sources differ")
                        try demand(streams[0].points == streams[1].points, "two sources resume elsewhere")
                    }
                }
            },
            Question(name: "reading and writing in turns loses nothing and repeats nothing") { exam in
                var stream = try exam.open(after: exam.start, "opened at the start")
                for round in 0..<40 {
                    try exam.commitRandom(Int.random(in: 0...3, using: &exam.generator))
                    for _ in 0..<Int.random(in: 0...5, using: &exam.generator) {
                        let limit = 1 << Int.random(in: 0...12, using: &exam.generator)
                        _ = try stream.read(byteLimit: limit)
                    }
                    guard round % 8 == 7 else { continue }
                    let point = stream.source.resumePoint
                    stream = try exam.open(after: point, "opened again in round \(round)")
                }
                try stream.drain(using: &exam.generator)
                try exam.expect(stream, "in turns")
                try exam.expectRest(after: exam.start, byteLimit: 1 << 20, "from the start")
            },
        ]
    }
}
