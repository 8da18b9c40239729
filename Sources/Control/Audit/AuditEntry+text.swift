extension AuditEntry {
    /// The fields as they stand in JSON.
    private struct Fields: Codable {
        var number: Int
        var atMicroseconds: Int64
        var actor: String
        var account: String
        var action: String
        var subject: String
        var reason: String?
        var before: String?
        var after: String?
        var stage: String
        var concludes: Int?
        var previous: String
        var digest: String

        enum CodingKeys: String, CodingKey {
            case number, actor, account, action, subject, reason, before, after, stage, concludes, previous,
                digest
            case atMicroseconds = "at_microseconds"
        }
    }

    /// The entry as a line of canonical JSON, without the line's end.
    public func text() throws -> String {
        var fields = Fields(
            number: number, atMicroseconds: at, actor: record.actor.name, account: record.actor.account,
            action: record.action, subject: record.subject, reason: record.reason, before: record.before,
            after: record.after, stage: "done", concludes: nil, previous: previous.description,
            digest: digest.description)
        switch stage {
        case .done: break
        case .intended: fields.stage = "intended"
        case .concluded(let intention, let outcome):
            fields.stage = "concluded_\(outcome.rawValue)"
            fields.concludes = intention
        }
        return try AuditText.encode(fields)
    }

    /// Reads a line that `text` wrote; nil for anything else, down to the byte.
    public init?(text: String) {
        guard let fields = AuditText.decode(Fields.self, text),
            let previous = AuditDigest(hex: fields.previous), let digest = AuditDigest(hex: fields.digest)
        else { return nil }
        let stage: AuditStage
        switch (fields.stage, fields.concludes) {
        case ("done", nil): stage = .done
        case ("intended", nil): stage = .intended
        case (let name, let intention?):
            guard name.hasPrefix("concluded_"),
                let outcome = AuditOutcome(rawValue: String(name.dropFirst("concluded_".count)))
            else { return nil }
            stage = .concluded(intention, outcome)
        default: return nil
        }
        self.init(
            number: fields.number, at: fields.atMicroseconds,
            record: AuditRecord(
                fields.action, of: fields.subject,
                by: AuditActor(name: fields.actor, account: fields.account), because: fields.reason,
                before: fields.before, after: fields.after),
            stage: stage, previous: previous, digest: digest)
    }
}
