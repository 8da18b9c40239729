import Foundation

/// Orders to Banyan, each given as a person gives it: as a process of its own.
package struct Orders {
    private let folder: DemoFolder
    private let program: String

    /// Orders about the plan of a folder.
    package init(folder: DemoFolder, program: String) {
        self.folder = folder
        self.program = program
    }

    /// Gives an order and returns what is printed, one object a line.
    ///
    /// - Parameters:
    ///   - words: The command, and its options; the plan is added behind the command's own words.
    ///   - options: What follows the plan.
    ///   - statuses: The exit codes that are expected.
    /// - Throws: `DemoError` when it ends in another way.
    @discardableResult
    package func give(
        _ words: [String], _ options: [String] = [], expecting statuses: Set<Int32> = [0]
    ) throws -> [[String: Any]] {
        let name = words.joined(separator: " ")
        let output = folder.output(of: "order-" + UUID().uuidString.prefix(8).lowercased())
        let child = try ChildProcess(
            name, program: program, arguments: words + [folder.plan] + options + ["--format", "json"],
            output: output)
        try Wait.until("the end of banyan \(name)", within: .seconds(120)) { !child.isRunning }
        guard case .exited(let status)? = child.ending, statuses.contains(status) else {
            throw DemoError(
                .process, "banyan \(name) ended in an unexpected way: \(child.lastLines())",
                hint: "Run again with --keep and look at \(output).")
        }
        let text = try String(contentsOfFile: output, encoding: .utf8)
        try FileManager.default.removeItem(atPath: output)
        return try text.split(separator: "\n").map { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            else { throw DemoError(.process, "banyan \(name) printed no object", hint: "Report this.") }
            return object
        }
    }
}
