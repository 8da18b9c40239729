public import ArgumentParser
import Guards
public import Simulation

extension Part: ExpressibleByArgument {}

/// Runs seeded histories of the core.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run the core through seeded histories in which everything fails.",
        discussion: """
            The code that captures, backfills, applies and relays is the one that `run` uses; the systems \
            around it are in memory, and fail as real ones do. After each commit all is compared with \
            what the source says was true. A history follows from its seed alone.

            With --mutants each guard of the core is removed in turn, and a history must notice. That needs \
            the debug build, which is made when this is started in a working copy.

            Examples:
              banyan simulate --seeds 1..100000
              banyan simulate --seeds 1..100000 --format json
              banyan simulate --replay 4711
              banyan simulate --mutants --seeds 1..20000
            """)

    @Option(help: ArgumentHelp("Which histories.", valueName: "A..B")) var seeds =
        SeedRange(1...100_000)
    @Option(
        help: ArgumentHelp(
            "Look at one part alone.", valueName: Part.allCases.map(\.rawValue).joined(separator: "|")))
    var only: Part?
    @Flag(help: "Remove each guard in turn, and see that a history notices.") var mutants = false
    @Option(
        help: ArgumentHelp(
            "Tell one history; with --shrink, the shortest that fails the same way.", valueName: "seed"))
    var replay: UInt64?
    @Flag(help: "Make a failing history as short as it gets before it is told.") var shrink = false
    @Option(
        help: ArgumentHelp(
            "Tell the history with one guard removed; with --mutants, remove only this one.",
            valueName: "guard"))
    var without: String?
    @Option(
        help: ArgumentHelp(
            "How often each situation must have been met; 1000 from a million histories on.",
            valueName: "count"))
    var marks: Int?
    @Option(help: ArgumentHelp("Histories at the same time; one for each core by default.")) var threads: Int?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let without, Guard(rawValue: without) == nil {
            throw ValidationError(
                "there is no guard '\(without)'; there are: "
                    + Guard.allCases.map(\.rawValue).joined(separator: ", "))
        }
        if shrink, replay == nil { throw ValidationError("--shrink needs --replay") }
        if without != nil, replay == nil, !mutants {
            throw ValidationError("--without needs --replay or --mutants")
        }
    }

    func run() throws {
        try output.perform { terminal in
            if mutants || without != nil, !Mutation.isPossible { try TestBuild.become() }
            if let replay {
                Mutation.removed = without.flatMap(Guard.init(rawValue:))
                return try SimulateStory(seed: replay, part: only, shrinks: shrink, without: without)
                    .tell(terminal, output)
            }
            return try SimulateReport(seeds: seeds.seeds, part: only, threads: threads, marksLeast: marks)
                .make(mutants: mutants, without: without.flatMap(Guard.init(rawValue:)), terminal, output)
        }
    }
}
