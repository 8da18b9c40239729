import CEL

// cel-conformance FILE… [--only SUITE] [--verbose] | --bench
do {
    if CommandLine.arguments.dropFirst() == ["--bench"] {
        try Benchmark.run()
        StandardError.exit(0)
    }
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    var report = Report(isVerbose: options.isVerbose)
    for file in options.files {
        for row in try ConformanceCase.read(file) where options.suite == nil || row.suite == options.suite {
            report.add(row, row.outcome())
        }
    }
    report.finish()
} catch let error as ConformanceError {
    StandardError.write("cel-conformance: \(error.message)\n")
    StandardError.exit(2)
} catch {
    StandardError.write("cel-conformance: \(error)\n")
    StandardError.exit(2)
}
