import Foundation

// One benchmark a file; each prints one JSON line with the peer, both figures, the ratio and the floor it is
// held to.
let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "child-backfill": try BackfillBenchmark.runChild(folder: arguments[1])
case "child-compare": try ReconcileChild.run(folder: arguments[1])
case "child-writer":
    try LiveBenchmark.runWriter(
        path: arguments[1], seconds: Double(arguments[2]) ?? 1, rate: Double(arguments[3]) ?? 0)
case "child-live": try LiveBenchmark.runEngine(folder: arguments[1])
default:
    let wanted = Set(arguments)
    func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains(name) }
    if isWanted("cel") { try ExpressionBenchmark.run() }
    if isWanted("log") { try LogBenchmark.run() }
    if isWanted("sqlite_backfill") { try BackfillBenchmark.run() }
    if isWanted("sqlite_live") { try LiveBenchmark.run() }
    if isWanted("reconcile_sqlite") { try ReconcileBenchmark.run() }
    // Two servers are started for each of these.
    if isWanted("pg_backfill") { try PostgresBackfillBenchmark.run(isMapped: true) }
    if isWanted("pg_backfill_unmapped") { try PostgresBackfillBenchmark.run(isMapped: false) }
    if isWanted("pg_stream_bulk") { try PostgresBulkBenchmark.run() }
    if isWanted("pg_stream_small") { try PostgresSmallBenchmark.run() }
    if isWanted("reconcile_pg") { try PostgresReconcileBenchmark.run() }
    if isWanted("pg_large") { try PostgresLargeBenchmark.run() }
    if isWanted("pg_freshness") { try PostgresLiveBenchmark.runFreshness() }
    if isWanted("pg_source_cost") { try PostgresLiveBenchmark.runSourceCost() }
}
