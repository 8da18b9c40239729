import Apply
import ChangeLog
import Migration
import Model
import Plan

extension RecordPage {
    /// The life of one record for programs.
    static func json(_ life: RecordLife) -> JSONValue {
        [
            "context": .string(life.context), "aggregate": .string(life.aggregate),
            "legacy_table": .string(life.legacyTable), "legacy_key": .string(life.legacyKey),
            "natural_key": .optional(life.naturalKey), "service_table": .string(life.table),
            "service_key": .optional(life.serviceKey), "outcome": .string(life.outcome),
            "waits_for": .optional(life.waitsFor), "plan_mapping": .string(life.planMapping),
            "applied_mapping": .optional(life.appliedMapping),
            "log_trimmed_through": .optional(life.trimmedThrough.value),
            "changes": .array(life.changes.map(json)), "fields": .array(life.fields.map(json)),
            "parts": .array(
                life.parts.map { part in
                    [
                        "name": .string(part.name), "table": .string(part.table),
                        "fields": .array(part.fields.map(json)),
                    ]
                }),
            "events": .array(life.events.map(json)),
            "quarantine": .array(life.quarantine.map { QuarantinePage.json($0) }),
        ]
    }

    private static func json(_ change: RecordLife.Change) -> JSONValue {
        [
            "offset": .optional(change.offset.value), "position": .optional(change.position.value),
            "committed_at": .time(change.committedAt), "appended_at": .time(change.appendedAt),
            "origin": .string("\(change.origin)"), "operation": .string("\(change.operation)"),
            "alias": .string(change.alias), "table": .string(change.table), "key": .string(change.key),
            "columns": .array(
                change.columns.map { column in
                    [
                        "name": .string(column.name), "before": .cell(column.before),
                        "after": .cell(column.after),
                    ]
                }),
        ]
    }

    private static func json(_ field: RecordLife.Field) -> JSONValue {
        [
            "name": .string(field.name), "fact": .string(field.fact), "value": .cell(field.value),
            "mapped": .cell(field.mapped), "different": .bool(field.isDifferent),
            "expression": .string(field.expression), "because": .optional(field.because),
            "location": .string(field.location.description),
        ]
    }

    private static func json(_ event: OutboxEvent) -> JSONValue {
        [
            "id": .string(event.id), "type": .string(event.type), "sequence": .integer(event.sequence),
            "position": .optional(event.position.value), "timestamp": .time(event.timestamp),
            "historical": .bool(event.isHistorical), "payload": .parsed(event.payload),
        ]
    }
}
