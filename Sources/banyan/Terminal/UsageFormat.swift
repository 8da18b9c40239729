/// Reports wrong usage to programs: the options could not be parsed, so the format is looked for by hand.
enum UsageFormat {
    /// Whether the arguments ask for JSON.
    static func isJSON(_ arguments: [String]) -> Bool {
        arguments.contains("--format=json")
            || zip(arguments, arguments.dropFirst()).contains { $0 == "--format" && $1 == "json" }
    }

    /// The report as one line.
    static func json(_ message: String) -> String {
        let error: JSONValue = [
            "code": "usage", "message": .string(message), "hint": "run the command with --help",
        ]
        return JSONValue.object([("error", error)]).line + "\n"
    }
}
