import Apply
import Capture
import ChangeLog
import Migration
import Model

extension StatusPage {
    /// The page for programs.
    var json: JSONValue {
        [
            "migration": .string(status.migration), "state": .string(status.state),
            "engine": [
                "running": .bool(isRunning), "process": .integer(Int64(status.process)),
                "status_age_seconds": age.map { .number(Double($0) / 1e6) } ?? 0,
                "peak_memory_bytes": .count(status.peakMemory),
            ],
            "log": ["end": .optional(status.logEnd), "bytes": .count(status.logBytes)],
            "captures": .array(
                status.captures.sorted { $0.key < $1.key }.map { Self.json($0.key, $0.value) }),
            "contexts": .array(status.contexts.map(json)),
        ]
    }

    private static func json(_ name: String, _ capture: CaptureSummary) -> JSONValue {
        [
            "system": .string(name), "phase": .string(capture.phase), "position": .optional(capture.durable),
            "backlog": .count(capture.backlog), "rows": .count(capture.rows),
            "exact_transactions": .count(capture.exactTransactions),
            "merged_transactions": .count(capture.mergedTransactions), "throttle": .string(capture.throttle),
            "failure": .optional(capture.failure),
            "retained_bytes": capture.retention.map { .count($0.bytes) } ?? .null,
            "retained_room_bytes": capture.retention?.room.map(JSONValue.count) ?? .null,
            "retained_bytes_per_second": capture.retentionGrowth.map(JSONValue.number) ?? .null,
            "retained_full_in_seconds": capture.retentionFullIn.map(JSONValue.integer) ?? .null,
            "retained_budget_bytes": capture.retentionBudget.map { .count($0.bytes) } ?? .null,
            "retained_budget_action": capture.retentionBudget.map { .string($0.action.rawValue) } ?? .null,
            "retained_budget_in_seconds": capture.retentionBudgetIn.map(JSONValue.integer) ?? .null,
            "history": .array(
                capture.backfill.map { table in
                    [
                        "table": .string(table.table), "rows_done": .count(table.rowsDone),
                        "rows_estimated": table.rowsEstimated.map(JSONValue.count) ?? .null,
                        "rows_per_second": .number(table.rowsPerSecond), "done": .bool(table.isDone),
                        "eta_seconds": table.remaining.map { .integer($0.components.seconds) } ?? .null,
                    ]
                }),
        ]
    }

    private func json(_ context: MigrationStatus.Context) -> JSONValue {
        let apply = context.apply
        return [
            "name": .string(context.name), "phase": .string(context.phase), "writer": .string(context.writer),
            "lag_seconds": context.lag.map { .number(Double($0) / 1e6) } ?? .null,
            "applied_offset": .optional(apply.ledger?.offset.value),
            "applied_position": .optional(apply.ledger?.position.value),
            "epoch": .optional(apply.ledger?.epoch.value), "mapping": .optional(apply.ledger?.mapping),
            "changes": .count(apply.counts.changes), "historical_rows": .count(apply.counts.historicalRows),
            "written": .count(apply.counts.written), "removed": .count(apply.counts.removed),
            "events": .count(apply.counts.events), "relayed": .count(status.relayed[context.name] ?? 0),
            "freshness_p50_seconds": Self.seconds(apply.freshness.quantile(0.5)),
            "freshness_p99_seconds": Self.seconds(apply.freshness.quantile(0.99)),
            "quarantined_keys": .count(apply.quarantinedKeys),
            "quarantine": .object(
                context.quarantine.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) }),
            "pending_keys": .count(apply.pendingKeys),
            "complete_tables": .array(apply.completeTables.map(JSONValue.string)),
            "halted": .bool(apply.isHalted),
            "problem": .optional(apply.problem), "relay_problem": .optional(context.relayProblem),
        ]
    }

    private static func seconds(_ microseconds: Int64?) -> JSONValue {
        microseconds.map { .number(Double($0) / 1e6) } ?? .null
    }
}
