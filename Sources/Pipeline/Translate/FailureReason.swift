import CEL

/// The stable words under which untranslatable rows are counted and listed.
enum FailureReason {
    /// The word for an evaluation error.
    static func word(for error: EvaluationError) -> String {
        switch error.code {
        case .limitExceeded: "cost_limit"
        case .noSuchOverload: "null_or_type"
        default: snakeCase(error.code.rawValue)
        }
    }

    private static func snakeCase(_ name: String) -> String {
        var word = ""
        for character in name {
            if character.isUppercase { word += "_" + character.lowercased() } else { word.append(character) }
        }
        return word
    }
}
