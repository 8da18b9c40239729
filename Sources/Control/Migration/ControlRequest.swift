import Apply
import ChangeLog
import Model

/// Something that a command asks a running engine to do, through the control store.
public struct ControlRequest: Sendable, Codable, Hashable {
    /// What is asked for.
    public enum Action: Sendable, Codable, Hashable {
        /// Apply again what is set aside.
        case replayQuarantine(key: String?, reason: String?, latestOnly: Bool)
        /// Compute aggregates again from what the target knows of legacy.
        case recompute(key: String?)
        /// Compute some of one kind of aggregates again, by their legacy keys.
        case recomputeSome(of: String, keys: [String])

        /// What the audit chain calls it.
        var auditName: String {
            switch self {
            case .replayQuarantine: "quarantine.replay"
            case .recompute, .recomputeSome: "context.replay"
            }
        }

        /// What more the audit chain keeps of it.
        func auditDetails(under mapping: String) -> String {
            switch self {
            case .replayQuarantine(_, let reason, let latestOnly):
                "{\"latest\":\(latestOnly),\"mapping\":\"\(mapping)\",\"only\":\(reason.map(RowJSON.quote) ?? "null")}"
            case .recompute, .recomputeSome: "{\"mapping\":\"\(mapping)\"}"
            }
        }

        /// The one key that it is about; nil for all.
        var key: String? {
            switch self {
            case .replayQuarantine(let key, _, _), .recompute(let key): key
            case .recomputeSome: nil
            }
        }
    }

    /// The request's number in the control store.
    public var id: Int64
    /// The context it is about.
    public var context: String
    /// What is asked for.
    public var action: Action
    /// The mapping's version that is asked for, when it matters: an engine that runs another one refuses.
    public var mapping: String?

    /// Asks for something.
    public init(id: Int64 = 0, context: String, mapping: String? = nil, action: Action) {
        self.mapping = mapping
        self.id = id
        self.context = context
        self.action = action
    }

    /// The answer that says how many aggregates were computed again.
    private static func answer(recomputed count: Int) -> String { "\(count)\(recomputedWords)" }

    private static let recomputedWords = " aggregates computed again"

    /// How many aggregates were computed again by an answer; nil for any other answer.
    static func recomputed(by answer: String) -> Int? {
        guard answer.hasSuffix(recomputedWords) else { return nil }
        return Int(answer.dropLast(recomputedWords.count))
    }

    /// Does it, on the thread that owns the applier; returns the answer for people.
    func run(on applier: ContextApplier, from entry: LedgerEntry, log: any LogReader) throws -> String {
        switch action {
        case .replayQuarantine(let key, let reason, let latestOnly):
            let result = try applier.replayQuarantine(
                where: { item in
                    (key == nil || key == item.displayKey)
                        && (reason == nil || reason == item.reason || item.reason == "waits")
                }, latestOnly: latestOnly, from: entry)
            return "\(result.tried) keys tried, \(result.freed) freed"
        case .recomputeSome(let name, let keys):
            let wanted = Set(keys)
            let count = try applier.recompute(
                only: name, where: { wanted.contains($0.display) }, from: entry, log: log)
            return Self.answer(recomputed: count)
        case .recompute(let key):
            let count = try applier.recompute(
                where: { key == nil || $0.display == key }, from: entry, log: log)
            if key == nil { try applier.adoptMapping(from: entry) }
            return Self.answer(recomputed: count)
        }
    }
}
