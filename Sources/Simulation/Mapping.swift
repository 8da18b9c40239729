import Model

/// The mapping of the simulated plans, written a second time by hand.
enum Mapping {
    /// What a policy becomes.
    enum Outcome {
        /// Nothing: there is no policy, or it is no contract.
        case none
        /// A contract with these columns: number, kind, holder, revision.
        case contract([[UInt8]])
        /// Something that the service cannot have.
        case bad
    }

    static func contract(_ row: LegacyRow?, number: Int32) -> Outcome {
        guard let row, let kind = LegacyKind(rawValue: row.kind), kind != .excluded else { return .none }
        if kind == .unknown || row.holder == LegacyRow.refused { return .bad }
        return .contract([
            integer(number), kinds[Int(row.kind)], holders[Int(row.holder)], integer(row.revision),
        ])
    }

    /// A number as a column's value.
    static func integer(_ number: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        RowWriter.integer(Int64(number), &bytes)
        return bytes
    }

    static func text(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        RowWriter.text(text, &bytes)
        return bytes
    }

    private static let kinds = ["plain", "broad", "none"].map(text)
    private static let holders = LegacyRow.holders.map(text)
    static let heavy = text("heavy")
    static let light = text("light")
    /// The numbers of policies by their values.
    static let numbers: [[UInt8]: Int32] = Dictionary(
        uniqueKeysWithValues: (Int32(0)...200).map { (integer($0), $0) })
}
