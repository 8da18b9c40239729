import CEL

/// What one direction of a code table takes and gives, as the checker sees it.
struct CodeTypes {
    private let from: [CodeValue]
    private let to: [CodeValue]
    private let keepsUnlisted: Bool
    private let takesUnlisted: Bool

    init(_ table: CodeTable, isForward: Bool) {
        var news = table.entries.map(\.new)
        if case .value(let fallback) = table.otherwise, isForward { news.append(fallback) }
        let olds = table.entries.map(\.old)
        from = isForward ? olds : news
        to = isForward ? news : olds
        keepsUnlisted = table.otherwise == .keep
        takesUnlisted = isForward ? table.otherwise != .quarantine : keepsUnlisted
    }

    /// Why an argument of this type could never be found; nil when it could.
    func refusal(of argument: CELType, table: String) -> String? {
        if takesUnlisted || from.isEmpty { return nil }
        let takesText = from.contains { if case .text = $0 { true } else { false } }
        let takesNumber = from.contains { if case .integer = $0 { true } else { false } }
        switch argument.unwrapped {
        case .string where !takesText && takesNumber:
            return "code table '\(table)' lists numbers, and this is a string"
        case .int where !takesNumber && takesText:
            return "code table '\(table)' lists texts, and this is an int"
        default: return nil
        }
    }

    /// The type of the result for an argument of this type.
    func result(for argument: CELType) -> CELType {
        var kinds: Set<CELType> = []
        var isNullable = false
        for value in to {
            switch value {
            case .null: isNullable = true
            case .integer: kinds.insert(.int)
            case .text: kinds.insert(.string)
            }
        }
        if keepsUnlisted {
            kinds.insert(argument.unwrapped)
            isNullable = isNullable || (argument.isNullable && !from.contains(.null))
        }
        guard let only = kinds.first, kinds.count == 1 else { return kinds.isEmpty ? .null : .dyn }
        return isNullable && only != .dyn ? .wrapper(only) : only
    }
}
