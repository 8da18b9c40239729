import Foundation
package import Insurer
import SQLite

/// What somebody finds who knows nothing of Banyan: two databases, an event file, and the memory of those
/// who wrote.
package struct Verdict: Sendable {
    /// What the independent checks say.
    package private(set) var findings = Findings()
    /// Keys that are set aside, by reason.
    package private(set) var quarantined: [String: Int] = [:]
    /// Keys set aside whose row legacy does not have any more.
    package private(set) var orphans = 0
    /// Endorsements that the service holds.
    package private(set) var aggregates = 0
    /// Events in the file.
    package private(set) var relayedEvents = 0
    /// Events in the file that were there before.
    package private(set) var repeatedEvents = 0
    /// Events of the outbox that are not in the file.
    package private(set) var undeliveredEvents = 0

    /// Checks a folder in which nothing moves any more.
    package init(of folder: DemoFolder) throws {
        var subject = InsurerChecker.Subject(legacy: folder.legacy, service: folder.service)
        subject.witnesses = try folder.witnesses()
        subject.outbox = folder.outbox
        subject.quarantined = try quarantinedKeys(of: folder)
        findings = try InsurerChecker(subject).check()
        let service = try folder.openService()
        aggregates = Int(try service.integer("SELECT COUNT(*) FROM endorsement") ?? 0)
        try checkEvents(of: folder, against: service)
    }

    /// Events that someone was told more than once.
    package var duplicateEvents: Int { findings.duplicateEvents + repeatedEvents }

    /// Whether nothing was lost and nothing doubled.
    package var isClean: Bool {
        findings.isClean && orphans == 0 && repeatedEvents == 0 && undeliveredEvents == 0
    }

    /// Whether nothing was lost and nothing doubled, but for events that are not published: of what
    /// neighbouring transactions did and undid where they were read as one, and of endorsements that were
    /// made before the history of their policy had been read.
    package var isLossless: Bool {
        var rest = self
        rest.findings.missingEvents = 0
        return rest.isClean
    }

    /// What was found, for people.
    package var description: String {
        var lines = [findings.description]
        if orphans > 0 { lines.append("set aside, but gone from legacy: \(orphans)") }
        if repeatedEvents > 0 { lines.append("events that are twice in the file: \(repeatedEvents)") }
        if undeliveredEvents > 0 { lines.append("events that are not in the file: \(undeliveredEvents)") }
        return lines.joined(separator: "\n")
    }

    /// The keys as people know them; the quarantine names the legacy row.
    private mutating func quarantinedKeys(of folder: DemoFolder) throws -> [NaturalKey] {
        let service = try folder.openService()
        let set = try service.rows(
            """
            SELECT q.display_key, q.reason FROM banyan_quarantine q
            WHERE q.entry = (SELECT MIN(entry) FROM banyan_quarantine o
                WHERE o.context = q.context AND o.aggregate = q.aggregate AND o.legacy_key = q.legacy_key)
            """
        ) { (key: $0.string(0) ?? "", reason: $0.string(1) ?? "") }
        let legacy = try InsurerAddress.open(folder.legacy)
        var keys: [NaturalKey] = []
        for row in set {
            quarantined[row.reason, default: 0] += 1
            let found = try legacy.rows(
                "SELECT policy_no, version_no FROM policy_version WHERE version_id = ?", [.text(row.key)]
            ) { NaturalKey(policyNumber: $0.string(0), versionNumber: $0.integer(1)) }
            if found.isEmpty { orphans += 1 }
            keys += found
        }
        return keys
    }

    private mutating func checkEvents(of folder: DemoFolder, against service: any InsurerSystem) throws {
        var seen: [String: Int] = [:]
        if FileManager.default.fileExists(atPath: folder.events) {
            for line in try String(contentsOfFile: folder.events, encoding: .utf8).split(separator: "\n") {
                let event = try JSONDecoder().decode(EventLine.self, from: Data(line.utf8))
                seen[event.id, default: 0] += 1
            }
        }
        relayedEvents = seen.values.reduce(0, +)
        repeatedEvents = relayedEvents - seen.count
        let published = Set(try service.rows("SELECT id FROM banyan_outbox") { $0.string(0) ?? "" })
        undeliveredEvents = published.subtracting(seen.keys).count
    }

    private struct EventLine: Decodable {
        var id: String
    }
}
