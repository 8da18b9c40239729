/// What the command line asks for.
struct Options {
    private(set) var files: [String] = []
    private(set) var suite: String?
    private(set) var isVerbose = false

    init(_ arguments: [String]) throws(ConformanceError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--verbose": isVerbose = true
            case "--only":
                guard let name = rest.popFirst() else {
                    throw ConformanceError("--only needs the name of a suite")
                }
                suite = name
            case _ where argument.hasPrefix("-"): throw ConformanceError("unknown option \(argument)")
            default: files.append(argument)
            }
        }
        if files.isEmpty { throw ConformanceError("usage: cel-conformance FILE… [--only SUITE] [--verbose]") }
    }
}
