import Foundation

/// The text of a plan: one file, or the files of a folder in name order.
public struct PlanSource: Sendable, Hashable {
    /// The most bytes a file may have: a plan is read by people.
    public static let byteLimit = 1 << 20

    /// The files in name order.
    public let files: [PlanFile]
    /// The folder against which relative paths in the plan are resolved.
    public let folder: String

    /// Takes texts that were read elsewhere.
    public init(files: [PlanFile], folder: String = ".") {
        self.files = files.sorted { $0.name < $1.name }
        self.folder = folder
    }

    /// Reads one file, or every `.yaml` and `.yml` file directly inside a folder; `examples.yaml` is no part
    /// of a plan.
    public static func read(_ path: String) throws(PlanDiagnostic) -> PlanSource {
        var isFolder: ObjCBool = false
        // Foundation reports the kind of the path through a pointer to the local above.
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw refusal(.fileUnreadable, path, "there is no such file or folder")
        }
        guard isFolder.boolValue else {
            let folder = (path as NSString).deletingLastPathComponent
            return PlanSource(files: [try file(path)], folder: folder.isEmpty ? "." : folder)
        }
        var files: [PlanFile] = []
        for name in try names(in: path) {
            files.append(try file((path as NSString).appendingPathComponent(name)))
        }
        guard !files.isEmpty else {
            throw refusal(.fileUnreadable, path, "the folder holds no .yaml file")
        }
        return PlanSource(files: files, folder: path)
    }

    private static func names(in folder: String) throws(PlanDiagnostic) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && $0 != "examples.yaml"
            }.sorted()
        } catch {
            throw refusal(.fileUnreadable, folder, "the folder cannot be listed")
        }
    }

    private static func file(_ path: String) throws(PlanDiagnostic) -> PlanFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw refusal(.fileUnreadable, path, "the file cannot be read")
        }
        return try file(name: path, bytes: Array(data))
    }

    /// Takes the bytes of one file: strict UTF-8, a byte order mark is allowed.
    public static func file(name: String, bytes: [UInt8]) throws(PlanDiagnostic) -> PlanFile {
        guard bytes.count <= byteLimit else {
            throw refusal(
                .tooLarge, name, "the file is larger than a plan may be", found: "\(bytes.count) bytes",
                expected: "at most \(byteLimit) bytes",
                hint: "put each context in a file of its own, in one folder")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let (line, column) = firstFault(in: bytes)
            var fault = refusal(.notUTF8, name, "the file is not UTF-8", expected: "UTF-8 text")
            fault.location = SourceLocation(file: name, line: line, column: column)
            fault.hint = "save the file as UTF-8"
            throw fault
        }
        return PlanFile(name: name, text: text)
    }

    /// Line and column of the first byte that is not UTF-8.
    private static func firstFault(in bytes: [UInt8]) -> (line: Int, column: Int) {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var low = 0
        scan: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): low += String(scalar).utf8.count
            case .emptyInput, .error: break scan
            }
        }
        let before = String(decoding: bytes[0..<low], as: UTF8.self)
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.count, (lines.last?.unicodeScalars.count ?? 0) + 1)
    }

    private static func refusal(
        _ mistake: PlanMistake, _ file: String, _ message: String, found: String? = nil,
        expected: String? = nil,
        hint: String? = nil
    ) -> PlanDiagnostic {
        PlanDiagnostic(
            code: mistake.rawValue, location: SourceLocation(file: file, line: 1, column: 1), path: "",
            message: message, found: found, expected: expected, hint: hint)
    }
}
