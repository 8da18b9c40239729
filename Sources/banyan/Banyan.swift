import ArgumentParser
import Foundation
import Migration
import Plan

/// The command line.
@main
struct Banyan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "banyan", abstract: "Moves the authority over business facts, one slice at a time.",
        subcommands: [RunCommand.self, DemoCommand.self, DemoWriterCommand.self, DemoBatchCommand.self])
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Runs a migration.")
    enum Until: String, ExpressibleByArgument { case caughtUp = "caught-up" }
    @Argument var plan: String
    @Option var events: String?
    @Option var until: Until?

    func run() throws {
        let checked = try TemporaryPlan.open(plan)
        var options = MigrationEngine.Options()
        options.eventFile = events
        let engine = try MigrationEngine(plan: checked, options: options)
        _ = try engine.run(until: until == nil ? .forever : .caughtUp)
    }
}

enum TemporaryPlan {
    static func open(_ plan: String) throws -> CheckedPlan {
        let (declarations, faults) = PlanLoader.load(path: plan, environment: ProcessInfo.processInfo.environment)
        guard let declarations else {
            for fault in faults { print("\(fault)") }
            throw ExitCode(1)
        }
        let systems = Systems(
            declarations.systems.map { text in
                SystemDeclaration(name: text.name.value, connector: .sqlite(path: text.sqlite.reveal { $0 }))
            })
        let catalogs = try Dictionary(
            uniqueKeysWithValues: declarations.systems.map { ($0.name.value, try systems.catalog(of: $0.name.value)) })
        let (checked, found) = PlanChecker.check(declarations, catalogs: catalogs)
        guard let checked else {
            for fault in found { print("\(fault)") }
            throw ExitCode(1)
        }
        return checked
    }
}
