import Demo
import Foundation

/// An engine whose n-th system call of a kind on some of its files ends it, or fails: what nobody gave a name
/// is tried, too.
///
/// Calls are counted by each thread for itself; the first thread whose n-th call it is, is hit.
struct SyscallTrial: CustomStringConvertible {
    /// What happens at the call.
    enum Injection: String {
        /// The process dies.
        case kill = "KILL"
        /// The call fails as on a broken disk.
        case broken = "EIO"
        /// The call, and every later one, fails as on a full disk.
        case full = "ENOSPC"
    }

    var stage: Stage
    var file: TracedFile
    var call: String
    var number: Int
    var injection: Injection

    var description: String {
        "syscall.\(stage.rawValue).\(file.rawValue):\(call):\(number):\(injection.rawValue)"
    }

    /// Reads what `description` wrote; nil when it is something else.
    init?(_ name: String) {
        let parts = name.split(separator: ":").map(String.init)
        let place = (parts.first ?? "").split(separator: ".").map(String.init)
        guard parts.count == 4, place.count == 3, place[0] == "syscall",
            let stage = Stage(rawValue: place[1]),
            let file = TracedFile(rawValue: place[2]), let number = Int(parts[2]),
            let injection = Injection(rawValue: parts[3])
        else { return nil }
        self.init(stage: stage, file: file, call: parts[1], number: number, injection: injection)
    }

    init(stage: Stage, file: TracedFile, call: String, number: Int, injection: Injection) {
        self.stage = stage
        self.file = file
        self.call = call
        self.number = number
        self.injection = injection
    }

    /// Runs it.
    func run(on site: Site) throws -> String {
        // As where the calls were counted: whoever comes first opens legacy anew.
        try site.startEngine(under: tracer(of: site))
        try Wait.until("an engine at work", within: .seconds(60)) {
            try site.engine?.isRunning != true || site.status() != nil
        }
        try site.startWriter(seed: 17, rate: 100)
        guard let engine = site.engine else { throw TrialFailure("no engine runs") }
        switch injection {
        case .kill:
            try Wait.until("the engine's death", within: .seconds(90)) { !engine.isRunning }
            try require(
                engine.ending == .killed(SIGKILL), "not reached: the engine \(site.describe(engine))")
        case .broken, .full:
            try Wait.until("the injection", within: .seconds(40)) {
                !engine.isRunning || wasInjected(into: site)
            }
            // An engine that cannot go on stops by name, or tries again and again.
            try site.waitForTransactions(100)
            site.signalTraced(SIGTERM)
            try Wait.until("the engine's end", within: .seconds(60)) { !engine.isRunning }
            try require(wasInjected(into: site), "not reached: there was no such call")
            try requireNamed(engine, site)
        }
        let outcome =
            injection == .kill ? "" : engine.ending == .exited(0) ? "went on, " : "stopped by name, "
        site.buryEngine()
        try site.waitForTransactions(5)
        try site.stopWriter()
        return try outcome + site.settle()
    }

    private func wasInjected(into site: Site) -> Bool {
        // A tracer that has seen nothing yet has no file yet.
        let trace = (try? String(contentsOfFile: site.folder.output(of: "trace"), encoding: .utf8)) ?? ""
        return trace.contains("(INJECTED)")
    }

    /// Lets an engine run while people do a few things, and asks it to end before they do: whoever goes last
    /// closes legacy for good.
    static func work(on site: Site, under tracer: [String]) throws {
        try site.startEngine(under: tracer)
        try site.waitUntilFollowing()
        try site.startWriter(seed: 17, rate: 100)
        try site.waitForTransactions(100)
        guard let engine = site.engine else { throw TrialFailure("no engine runs") }
        site.signalTraced(SIGTERM)
        try Wait.until("the engine's end", within: .seconds(60)) { !engine.isRunning }
        try site.stopWriter()
    }

    /// Ended well, or with a reason that a person can read.
    private func requireNamed(_ engine: ChildProcess, _ site: Site) throws {
        if engine.ending == .exited(0) { return }
        let words = engine.lastLines()
        try require(
            engine.ending == .exited(1) && words.contains("error:") && words.contains("hint:"),
            "the engine \(site.describe(engine))")
    }

    private func tracer(of site: Site) -> [String] {
        let action =
            switch injection {
            case .kill: "signal=KILL:when=\(number)"
            case .broken: "error=EIO:when=\(number)"
            case .full: "error=ENOSPC:when=\(number)+"
            }
        return Self.tracer(file, of: site, calls: [call]) + ["-e", "inject=\(call):\(action)"]
    }

    /// A tracer of some calls on some files; what it sees goes to a file of its own.
    static func tracer(_ file: TracedFile, of site: Site, calls: [String]) -> [String] {
        // Only a whole path stands for a file that is not there yet.
        ["/usr/bin/strace", "-f", "-qqq", "-o", site.folder.output(of: "trace"), "-e", "signal=none"]
            + file.paths.flatMap { ["-P", site.folder.path + "/" + $0] }
            + ["-e", "trace=" + calls.joined(separator: ",")]
    }
}
