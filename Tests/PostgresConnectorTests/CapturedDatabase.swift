import Capture
import Model
import PostgreSQL
import TestKit

@testable import PostgresConnector

/// A database of one test, captured, with its changes as plain words.
final class CapturedDatabase {
    let database: PostgresDatabase
    let address: PostgresAddress
    let name: String
    var app: PostgresConnection { database.app }
    private weak var last: PatientSource?

    /// Makes tables and captures them.
    init(_ sql: String, _ tables: [String]) throws {
        database = try CapturedServer.makeDatabase(sql)
        address = try PostgresAddress(database.address)
        name = PostgresCapture.name(of: "t\(CapturedServer.number())")
        try PostgresCapture.install(.init(name: name, tables: tables), at: address)
    }

    deinit {
        do {
            try waitUntil("nobody reads the slot") {
                try PostgresSlot(reading: app, named: name)?.reader == nil
            }
            try PostgresCapture.uninstall(name, at: address)
        } catch {
            // The server is killed with everything on it when the tests end.
            return
        }
    }

    func source() throws -> PostgresSource { try PostgresSource(address, capture: name, name: "legacy") }

    func reader() throws -> PostgresRangeReader { try PostgresRangeReader(address, capture: name) }

    /// Opens a source in the place of the one before.
    ///
    /// - Parameter settings: Of the session that decodes the log, `name=value`.
    func open(after point: ResumePoint?, settings: [String] = []) throws -> PatientSource {
        last?.close()
        try waitUntil("nobody reads the slot") {
            try PostgresSlot(reading: app, named: name)?.reader == nil
        }
        let source = PatientSource(try source())
        last = source
        source.inner.streamSettings = settings
        _ = try source.open(after: point)
        return source
    }

    /// Waits until the server has stored what a source told it.
    func slot(until condition: (PostgresSlot) -> Bool) throws {
        try waitUntil("the server has heard it") {
            try PostgresSlot(reading: app, named: name).map(condition) ?? false
        }
    }
}

extension ChangeSource {
    /// Everything there is, each change as words: `insert t (1, x)`; `-` stands for what was not sent.
    func words(byteLimit: Int = 1 << 20) throws -> [String] {
        var words: [String] = []
        while let batch = try next(byteLimit: byteLimit) {
            words += batch.changes.map { change in
                let images = [change.before, change.after].compactMap { $0 }.map { image in
                    let columns = batch.tables[Int(change.table)].columns.count
                    let cells = OwnedCell.read(Array(batch.bytes[Int(image)...]), columns: columns)
                    return "(" + cells.map { $0.kind == .absent ? "-" : $0.display }.joined(separator: ", ")
                        + ")"
                }
                return (["\(change.operation)", batch.tables[Int(change.table)].name] + images)
                    .joined(separator: " ")
            }
        }
        return words
    }

    /// Everything there is, as transactions.
    func transactions() throws -> [ChangeBatch.Transaction] {
        var all: [ChangeBatch.Transaction] = []
        while let batch = try next(byteLimit: 1 << 20) { all += batch.transactions }
        return all
    }
}
