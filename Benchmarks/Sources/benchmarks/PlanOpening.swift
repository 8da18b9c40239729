import Foundation
import Migration
import Plan

/// Opens a plan that is known to be right.
enum PlanOpening {
    static func open(_ path: String) throws -> CheckedPlan {
        try PlanReading.checked(path: path, environment: ProcessInfo.processInfo.environment).requirePlan()
    }
}
