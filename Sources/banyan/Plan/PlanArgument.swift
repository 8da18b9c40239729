import ArgumentParser
import Foundation
import Migration
import Plan

/// The plan that a command is about.
struct PlanArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The plan: a YAML file, or a folder of them.", valueName: "plan"),
        completion: .file())
    var path: String

    /// The plan, checked against its systems; refused with everything there is to say.
    func checked() throws -> CheckedPlan {
        try PlanReading.checked(path: path, environment: ProcessInfo.processInfo.environment).requirePlan()
    }

    /// What the plan's text declares, without asking its systems.
    func declared() throws -> PlanDeclarations {
        try PlanReading.declared(path: path, environment: ProcessInfo.processInfo.environment)
            .requireDeclarations()
    }
}
