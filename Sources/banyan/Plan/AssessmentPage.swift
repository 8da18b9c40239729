import Capture
import Migration

/// An assessment, set for people and for programs.
struct AssessmentPage {
    let assessment: Assessment

    init(_ assessment: Assessment) { self.assessment = assessment }

    /// The page for people.
    func text(_ paint: Colors) -> String {
        var page = ""
        for system in assessment.systems {
            let survey = system.survey
            page += paint.bold("\(system.name.escapedForTerminal)") + ": \(survey.product), "
            page += "\(Measure.bytes(survey.bytes))\n\n"
            page += tables(survey) + "\n"
            page += findings(survey, paint)
            if let clients = survey.clients { page += Self.clients(clients) }
        }
        if !assessment.obstacles.isEmpty {
            page += Self.heading(.first, paint) + ", in the stores\n"
            for obstacle in assessment.obstacles {
                page += "  · \(obstacle.system.escapedForTerminal): \(obstacle.message.escapedForTerminal)\n"
                page += "    \(paint.dim(obstacle.remedy.escapedForTerminal))\n"
            }
            page += "\n"
        }
        if !assessment.planWarnings.isEmpty {
            page += "The plan itself:\n"
            for warning in assessment.planWarnings { page += "  · \(warning.escapedForTerminal)\n" }
            page += "\n"
        }
        page += paint.bold("Verdict: \(Self.words(assessment.verdict))") + "\n"
        for reason in assessment.reasons { page += "  · \(reason)\n" }
        return page
    }

    private func tables(_ survey: SourceSurvey) -> String {
        var columns = TextColumns(right: [1, 2, 3])
        columns.add("table", "rows", "size", "rows written/s", "key")
        for table in survey.tables {
            columns.add(
                table.name.escapedForTerminal, Measure.count(table.rows),
                table.bytes.map(Measure.bytes) ?? "-",
                table.writesPerSecond.map { Measure.fixed($0, 1) } ?? "-",
                table.key.joined(separator: ", ").escapedForTerminal)
        }
        return columns.text(indent: "  ")
    }

    private func findings(_ survey: SourceSurvey, _ paint: Colors) -> String {
        var text = ""
        for weight in SourceSurvey.Weight.allCases {
            let found = survey.findings.filter { $0.weight == weight }
            if found.isEmpty { continue }
            text += Self.heading(weight, paint) + "\n"
            for finding in found {
                text += "  · \(finding.message.escapedForTerminal)\n"
                if let remedy = finding.remedy { text += "    \(paint.dim(remedy.escapedForTerminal))\n" }
            }
            text += "\n"
        }
        return text
    }

    private static func clients(_ clients: [SourceSurvey.Client]) -> String {
        if clients.isEmpty { return "Nobody else is connected now.\n\n" }
        var columns = TextColumns(right: [2])
        columns.add("connected now", "role", "connections")
        for client in clients {
            columns.add(
                client.application.isEmpty ? "(unnamed)" : client.application.escapedForTerminal,
                client.role.escapedForTerminal, Measure.count(client.connections))
        }
        return columns.text(indent: "  ") + "\n"
    }

    private static func heading(_ weight: SourceSurvey.Weight, _ paint: Colors) -> String {
        switch weight {
        case .first: paint.bad("Change first")
        case .change: paint.warn("Change")
        case .know: "Know"
        case .fine: paint.good("Fine")
        }
    }

    private static func words(_ verdict: Assessment.Verdict) -> String {
        switch verdict {
        case .prepare: "not yet: change first what stands in the way"
        case .window: "a maintenance window would serve as well"
        case .progressive: "worth doing progressively"
        }
    }

    /// The page for programs.
    var json: JSONValue {
        [
            "verdict": .string(assessment.verdict.rawValue),
            "reasons": .array(assessment.reasons.map(JSONValue.string)),
            "plan_warnings": .array(assessment.planWarnings.map(JSONValue.string)),
            "obstacles": .array(
                assessment.obstacles.map {
                    [
                        "system": .string($0.system), "message": .string($0.message),
                        "remedy": .string($0.remedy),
                    ]
                }),
            "systems": .array(assessment.systems.map(Self.json)),
        ]
    }

    private static func json(_ system: Assessment.System) -> JSONValue {
        let survey = system.survey
        return [
            "name": .string(system.name), "product": .string(survey.product), "bytes": .count(survey.bytes),
            "tables": .array(
                survey.tables.map { table in
                    [
                        "name": .string(table.name), "rows": .count(table.rows),
                        "bytes": table.bytes.map(JSONValue.count) ?? .null,
                        "rows_written_per_second": table.writesPerSecond.map(JSONValue.number) ?? .null,
                        "key": .array(table.key.map(JSONValue.string)),
                    ]
                }),
            "findings": .array(
                survey.findings.map { finding in
                    [
                        "weight": .string(finding.weight.rawValue), "message": .string(finding.message),
                        "remedy": .optional(finding.remedy),
                    ]
                }),
            "clients": survey.clients.map { clients in
                .array(
                    clients.map { client in
                        [
                            "application": .string(client.application), "role": .string(client.role),
                            "connections": .count(client.connections),
                        ]
                    })
            } ?? .null,
        ]
    }
}
