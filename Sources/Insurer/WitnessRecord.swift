/// One line of a witness file.
///
/// A writer writes every `intent` and `event` of a transaction before its COMMIT and one `outcome` after it.
/// A transaction without an outcome is *unknown*: it may or may not have happened.
package enum WitnessRecord: Equatable, Sendable {
    /// An operation that a transaction on legacy is about to commit. `sequence` orders the transactions of
    /// all writers on legacy; `time` is the machine's clock and orders them against those on the service's
    /// store.
    case intent(transaction: String, sequence: Int64, time: Int64, operation: WitnessOperation)
    /// A note that a transaction on the service's store is about to commit.
    case note(transaction: String, time: Int64, operation: ServiceOperation)
    /// A change of an endorsement's life that the transaction brings about, and that the service must tell
    /// exactly once.
    case event(transaction: String, EndorsementEvent)
    /// An operation that was undone inside its transaction: it must have no effect.
    case undone(transaction: String, operation: String, kind: String, reason: String)
    /// How the transaction ended.
    case outcome(transaction: String, isAcknowledged: Bool, reason: String)

    /// The transaction that the record is about.
    package var transaction: String {
        switch self {
        case .intent(let transaction, _, _, _), .note(let transaction, _, _), .event(let transaction, _),
            .undone(let transaction, _, _, _),
            .outcome(let transaction, _, _):
            transaction
        }
    }

    /// The record as a line without its end.
    package var line: String {
        switch self {
        case .intent(let transaction, let sequence, let time, let operation):
            let effects = operation.effects.map {
                "\($0.row.table.rawValue):\($0.row.key)=\($0.digest?.description ?? "-")"
            }
            return [
                "intent", transaction, String(sequence), String(time), operation.id, operation.kind,
                operation.subject,
            ]
            .joined(separator: "\t") + "\t" + effects.joined(separator: " ")
        case .note(let transaction, let time, let operation):
            let key = operation.key
            return [
                "note", transaction, String(time), operation.id, key.policyNumber ?? "",
                String(key.versionNumber),
            ]
            .joined(separator: "\t") + "\t\(operation.note)"
        case .event(let transaction, let event):
            return "event\t\(transaction)\t\(event.type)\t\(event.policyNumber)\t\(event.versionNumber)"
        case .undone(let transaction, let operation, let kind, let reason):
            return "undone\t\(transaction)\t\(operation)\t\(kind)\t\(reason)"
        case .outcome(let transaction, let isAcknowledged, let reason):
            return "\(isAcknowledged ? "ack" : "fail")\t\(transaction)\t\(reason)"
        }
    }

    /// Reads a line.
    ///
    /// - Throws: `InsurerError` when no writer can have written it.
    package init(line: Substring) throws {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard let record = WitnessRecord(fields: fields) else {
            throw InsurerError(
                .malformedWitness, "a line that starts with \"\(fields.first?.prefix(12) ?? "")\"",
                hint: "Give the checker only files that a writer or a batch of this version wrote.")
        }
        self = record
    }

    private init?(fields: [Substring]) {
        switch (fields.first, fields.count) {
        case ("intent", 8):
            let effects = fields[7].split(separator: " ").map(WitnessRecord.effect)
            guard let sequence = Int64(fields[2]), let time = Int64(fields[3]), !effects.contains(nil) else {
                return nil
            }
            let operation = WitnessOperation(
                id: String(fields[4]), kind: String(fields[5]), subject: String(fields[6]),
                effects: effects.compactMap(\.self))
            self = .intent(
                transaction: String(fields[1]), sequence: sequence, time: time, operation: operation)
        case ("note", 7):
            guard let time = Int64(fields[2]), let number = Int64(fields[5]),
                let digest = RowDigest(fields[6])
            else {
                return nil
            }
            let key = NaturalKey(policyNumber: String(fields[4]), versionNumber: number)
            let operation = ServiceOperation(id: String(fields[3]), key: key, note: digest)
            self = .note(transaction: String(fields[1]), time: time, operation: operation)
        case ("event", 5):
            guard let number = Int64(fields[4]) else { return nil }
            let event = EndorsementEvent(
                type: String(fields[2]), policyNumber: String(fields[3]), versionNumber: number)
            self = .event(transaction: String(fields[1]), event)
        case ("undone", 5):
            self = .undone(
                transaction: String(fields[1]), operation: String(fields[2]), kind: String(fields[3]),
                reason: String(fields[4]))
        case ("ack", 3), ("fail", 3):
            self = .outcome(
                transaction: String(fields[1]), isAcknowledged: fields[0] == "ack", reason: String(fields[2]))
        default: return nil
        }
    }

    private static func effect(_ text: Substring) -> WitnessEffect? {
        guard let colon = text.firstIndex(of: ":"), let equals = text.lastIndex(of: "="), colon < equals,
            let table = LegacyRow.Table(rawValue: String(text[..<colon]))
        else { return nil }
        let row = LegacyRow(table, String(text[text.index(after: colon)..<equals]))
        let digest = text[text.index(after: equals)...]
        if digest == "-" { return WitnessEffect(row, nil) }
        return RowDigest(digest).map { WitnessEffect(row, $0) }
    }
}
