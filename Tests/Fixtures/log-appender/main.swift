// Appends records to a log until it is killed or told to stop, and says on standard output what was
// acknowledged.
//
//     log-appender PATH FIRST-SEED BYTES COUNT [FILE-LIMIT]
//
// Each record is the random batch whose seed is FIRST-SEED plus its offset. FILE-LIMIT makes writes beyond so
// many bytes fail, as a broken disk does.
import ChangeLog
import Glibc
import TestKit

func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    // One write, so that a line is there whole or not at all; the array outlives the call.
    _ = unsafe write(1, bytes, bytes.count)
}

let arguments = CommandLine.arguments
guard arguments.count >= 5, let seed = UInt64(arguments[2]), let bytes = Int(arguments[3]),
    let count = UInt64(arguments[4])
else {
    say("usage: log-appender PATH FIRST-SEED BYTES COUNT [FILE-LIMIT]")
    exit(64)
}
do {
    let writer = try EmbeddedLog(path: arguments[1]).writer()
    say("open \(writer.end)")
    if arguments.count > 5, let limit = UInt(arguments[5]) {
        signal(SIGXFSZ, SIG_IGN)
        var limits = rlimit(rlim_cur: limit, rlim_max: limit)
        // The structure is local and only read.
        guard unsafe setrlimit(__rlimit_resource_t(1), &limits) == 0 else {
            say("failed setrlimit")
            exit(70)
        }
    }
    var refused = 0
    while writer.end.value < count {
        let offset = writer.end.next
        var generator = SplitMix64(seed: seed &+ offset.value)
        let batch = RandomBatch.make(using: &generator, bytes: bytes, position: offset.value)
        do {
            let end = try writer.append([batch], checkpoint: Array("\(offset)".utf8))
            say("acked \(end)")
        } catch let error as LogError {
            say("refused \(error.code.rawValue)")
            refused += 1
            if refused == 3 { exit(3) }
        }
    }
    say("done")
} catch {
    say("failed \(error)")
    exit(1)
}
