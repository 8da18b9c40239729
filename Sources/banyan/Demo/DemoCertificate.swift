import ArgumentParser
import Foundation
import Migration
import Plan

/// The certificate over the demo's plan.
enum DemoCertificate {
    static func issue(plan path: String) throws -> String { "" }
}
