import ChangeLog
import Model

extension ChangeLogExam {
    static var refusals: [Question] {
        [
            Question(name: "a second writer is refused while the first lives") { log, generator in
                var generator = generator
                let kept = batches(1, &generator)
                let first = try log.openWriter()
                try expect(.locked, "a second writer") { _ = try log.openWriter() }
                _ = try first.append(kept, checkpoint: [5])
                try log.crash()
                _ = try expect(log, kept, checkpoint: [5], "the successor")
            },
            Question(name: "a file that is no log is refused and left alone") { log, _ in
                try log.putForeignFile()
                try expect(.foreign, "opening it for writing") { _ = try log.openWriter() }
                try expect(.foreign, "opening it again") { _ = try log.openWriter() }
            },
            Question(name: "there is no reader without a log") { log, _ in
                try expect(.foreign, "reading what is not there") {
                    _ = try log.openReader(named: "examiner")
                }
            },
        ]
    }
}
