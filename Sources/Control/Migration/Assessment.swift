package import Capture
import Foundation
package import Plan

/// Whether a plan's migration is worth doing slice by slice, what it meets, and what to do first.
package struct Assessment: Sendable {
    /// What to do.
    package enum Verdict: String, Sendable {
        /// Something stands in the way: change it first.
        case prepare
        /// All of it is copied so quickly that a maintenance window serves as well.
        case window
        /// Go on.
        case progressive
    }

    /// One legacy system.
    package struct System: Sendable {
        /// The plan's name of it.
        package var name: String
        /// What was found there.
        package var survey: SourceSurvey
    }

    /// Something that stands in the way in a service's store, or where the control store is to be.
    package struct Obstacle: Sendable {
        /// The plan's name of the system.
        package var system: String
        /// What was found.
        package var message: String
        /// The statement that clears it.
        package var remedy: String
    }

    /// What stands in the way elsewhere than in the legacy systems.
    package let obstacles: [Obstacle]
    /// The legacy systems in the order of their names.
    package let systems: [System]
    /// What the plan itself leaves open, in words.
    package let planWarnings: [String]
    /// What to do.
    package let verdict: Verdict
    /// Why.
    package let reasons: [String]

    /// Bytes that are copied in a second, as a cautious guess: what one disk and one connection manage.
    private static let copyRate = 20 << 20
    /// Whoever stands still for longer notices, in seconds.
    private static let windowMax = 60

    /// Looks at the legacy systems of a plan. Changes nothing anywhere.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - warnings: What its check says.
    /// - Throws: `CaptureError` when a system cannot be asked.
    package init(_ plan: CheckedPlan, warnings: [String]) throws {
        let systems = Systems(plan)
        let names = Set(plan.contexts.map(\.legacy)).sorted()
        let (obstacles, unasked) = systems.obstaclesElsewhere(plan)
        self.init(
            try names.map { System(name: $0, survey: try systems.survey(of: $0, plan)) },
            obstacles: obstacles, warnings: warnings + unasked)
    }

    init(_ systems: [System], obstacles elsewhere: [Obstacle] = [], warnings: [String]) {
        self.systems = systems
        obstacles = elsewhere
        planWarnings = warnings
        let surveys = systems.map(\.survey)
        let tables = surveys.flatMap(\.tables)
        // A file does not say how much of it a table takes.
        let bytes = surveys.reduce(0) { sum, survey in
            let known = survey.tables.compactMap(\.bytes)
            return sum + (known.count == survey.tables.count ? known.reduce(0, +) : survey.bytes)
        }
        let rows = tables.reduce(0) { $0 + $1.rows }
        let obstacles = surveys.flatMap(\.findings).count { $0.weight == .first } + elsewhere.count
        let seconds = bytes / Self.copyRate
        let writes = tables.compactMap(\.writesPerSecond).reduce(0, +)
        let places = tables.count == 1 ? "1 table" : "\(tables.count) tables"
        var reasons = ["about \(rows) rows in \(places); a copy takes about \(max(1, seconds)) s"]
        if tables.contains(where: { $0.writesPerSecond != nil }) {
            reasons.append("\(String(format: "%.1f", writes)) of their rows change in a second, on average")
        }
        if obstacles > 0 {
            verdict = .prepare
            reasons.insert(
                obstacles == 1 ? "1 obstacle stands in the way" : "\(obstacles) obstacles stand in the way",
                at: 0)
        } else if seconds < Self.windowMax {
            verdict = .window
            reasons.append(
                "legacy could stand still for that long, once; progressively is for those who may not, who want to go "
                    + "back, or who move one slice at a time")
        } else {
            verdict = .progressive
            reasons.append("standing still for that long would be noticed")
        }
        self.reasons = reasons
    }
}
