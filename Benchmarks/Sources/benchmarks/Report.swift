import Foundation

/// One benchmark's result, printed as a line of JSON.
struct Report: Encodable {
    var benchmark: String
    var peer: String
    var figures: [String: Double]
    var ratio: Double
    var floor: Double
    var holds: Bool
    var machine = Report.machine

    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        FileHandle.standardOutput.write(try encoder.encode(self) + Data("\n".utf8))
    }

    /// The processor's name and the number of cores.
    static let machine: String = {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":")
            .last
        let name = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
        return "\(name), \(ProcessInfo.processInfo.activeProcessorCount) cores"
    }()

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}

/// Runs a program to its end; returns what it printed and how long it took.
func runProcess(
    _ path: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
) throws -> (output: String, seconds: Double) {
    let process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    let source = Pipe()
    process.standardInput = source
    let start = ContinuousClock.now
    try process.run()
    if let input { source.fileHandleForWriting.write(Data(input.utf8)) }
    try source.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw BenchmarkFailure("\(path) ended with \(process.terminationStatus)")
    }
    return (String(decoding: data, as: UTF8.self), (ContinuousClock.now - start) / .seconds(1))
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A folder that is removed when the benchmark ends.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "banyan-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func remove(_ names: String...) {
        for name in names { try? FileManager.default.removeItem(atPath: file(name)) }
    }
}
