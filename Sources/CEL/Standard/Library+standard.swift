extension Library {
    /// The language's own functions and the extensions that are always there.
    static let standard: [Library] = [
        operators, conversions, text, time, types, strings, math, optionals, encoders,
    ]
}
