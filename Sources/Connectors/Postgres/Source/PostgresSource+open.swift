import Capture
import Foundation
import Model
import PostgreSQL
import Synchronization

extension PostgresSource {
    /// Checks that everything after `point` is there, and starts to read it.
    func start(after point: ResumePoint?) throws {
        let replication = try Self.connectForStream(address, settings: streamSettings)
        let system = try PostgresSystem(replication)
        let slot = try slot()
        let last = point.map { CapturedLast($0.evidence) }
        if let point, let last { try check(point, last, slot, system) }
        ids = WideTransactionID(near: try Self.freeNumber(connection))
        passed = last?.id ?? max(ids.reference, 1) - 1
        timeline = system.timeline
        // Nobody has seen the log's end before the stream begins there, so only what no crash takes back is
        // passed over.
        let begin = max(system.end, slot.confirmed).position
        resumePoint =
            point
            ?? ResumePoint(
                source: identity, position: begin,
                evidence: CapturedLast(timeline, from: begin).evidence)
        vigil = nil
        try look()
        shapes = PostgresShapes(
            try capturedTables(), names: vigil?.state.names ?? [:], wholeRows: vigil?.state.wholeRows ?? [])
        toldBefore = vigil?.state.told(behind: resumePoint.position) ?? []
        proof =
            last.map { HistoryProof($0, floor: resumePoint.position, confirmed: slot.confirmed) }
            ?? HistoryProof(from: resumePoint.position)
        let start = proof.start
        isBinary = shapes.all.allSatisfy(\.hasBinary) && !Self.texts.withLock { $0.contains(identity.id) }
        let command =
            "START_REPLICATION SLOT \(PostgresName.quote(slotName)) LOGICAL \(start) (proto_version '2', streaming 'on', "
            + "publication_names \(PostgresName.literal(PostgresName.quote(name))), "
            + "binary '\(isBinary)', messages 'true')"
        let limit = try replication.command(
            "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'")
        stream = try ReplicationStream(
            replication, command, stored: slot.confirmed,
            silence: silence.fitting(limit: limit.integer(0, 0) ?? 0))
    }

    /// The sources of which this process has seen a type that only comes as text while their stream was in
    /// binary: they are read as text from then on, also where the column with that type is gone again.
    private static let texts = Mutex<Set<String>>([])

    /// Takes note of a table's description: one with a type that is understood as text alone, in a stream in
    /// binary, has everything since the last whole transaction sent again as text.
    func note(_ relation: PgoutputRelation) throws {
        try shapes.note(
            relation, types: { try PostgresShapes.types(of: $0, connection) },
            root: { try PostgresShapes.root(of: $0, connection) })
        guard isBinary, !shapes.all.allSatisfy(\.hasBinary) else { return }
        Self.texts.withLock { _ = $0.insert(identity.id) }
        throw CaptureError(
            .unavailable,
            "table \(relation.name) of \(identity.name) has a column now whose type is read as text",
            hint: "the stream is opened again by itself")
    }

    /// The slot, when it is ours and nobody reads it.
    private func slot() throws -> PostgresSlot {
        guard let found = try PostgresInstallation(reading: connection, named: name) else {
            throw PostgresCapture.missing(name)
        }
        guard found.nonce == nonce else {
            throw CaptureError(
                .tampered, "the capture of \(identity.name) was installed again",
                hint: "changes made meanwhile were not seen: read history again")
        }
        guard let slot = try PostgresSlot(reading: connection, named: slotName), slot.isHere else {
            throw PostgresCapture.missing(slot: slotName, wasReleased: found.isReleased)
        }
        guard !slot.isLost else {
            throw CaptureError(
                .gap, "the server gave up the log that the slot \(slotName) needs",
                hint: "raise max_slot_wal_keep_size, uninstall, install again and read history again")
        }
        if let reader = slot.reader { throw Self.busy(slotName, slot, reader) }
        return slot
    }

    /// How often the publication's comment is written at least, so that a restart knows what was there.
    private static let signsEvery = Duration.seconds(600)

    /// Looks at the tables as a whole: the log does not say what is done to them.
    func look() throws {
        let before: PostgresVigil
        if let vigil {
            before = vigil.state
        } else {
            guard let found = try PostgresInstallation(reading: connection, named: name) else {
                throw PostgresCapture.missing(name)
            }
            before = found.vigil
        }
        let (state, news) = try before.looked(at: try PostgresCensus(of: name, connection), connection)
        var signedAt = vigil?.signedAt ?? clock.now
        if state.tables != before.tables || !news.isEmpty || clock.now - signedAt >= Self.signsEvery {
            try PostgresCapture.sign(
                name, .init(nonce: nonce, owner: owner, vigil: state), telling: news, connection)
            signedAt = clock.now
        }
        vigil = (state, clock.now, signedAt)
    }

    /// What a message of ours in the log says: only the installation's own.
    func note(prefix: String, _ content: [UInt8]) -> UnknownChanges? {
        guard prefix == name else { return nil }
        // One that cannot be read, or that does not know the installation's number, is none of ours. The
        // number is no secret to who may read the catalog: whoever writes to the database can make contexts
        // stop.
        let message = try? JSONDecoder().decode(PostgresCapture.Message.self, from: Data(content))
        return message?.nonce == nonce ? message?.unknown : nil
    }

    /// Refuses a server that has not what was captured, by the place of what is missing.
    func demand(_ missing: Position?) throws {
        if let missing { throw unknown(missing) }
    }

    /// Refuses a server that has changes where there were none.
    func demandNothing(at position: Position?) throws {
        guard let position else { return }
        throw CaptureError(
            .foreign,
            "\(identity.name) has changes at \(position), where there were none when its log was read",
            hint: "the server was restored from an earlier copy and went on: read history again")
    }

    private func unknown(_ position: Position) -> CaptureError {
        CaptureError(
            .foreign, "\(identity.name) knows nothing of the transaction at \(position)",
            hint: "the server was restored from an earlier copy and went on: read history again")
    }

    private func check(
        _ point: ResumePoint, _ last: CapturedLast, _ slot: PostgresSlot, _ system: PostgresSystem
    ) throws {
        guard point.source.id == identity.id else {
            throw CaptureError(
                .foreign, "\(identity.name) is another database than the one that was captured",
                hint: "check the address; if the database was made again, read history again")
        }
        let start = LogLocation(after: point.position)
        guard start <= system.end else {
            throw CaptureError(
                .foreign, "the log of \(identity.name) ends at \(system.end), before \(start)",
                hint: "the server was restored from an earlier copy: read history again")
        }
        guard last.timeline == system.timeline else {
            throw CaptureError(
                .foreign,
                "\(identity.name) is on timeline \(system.timeline), and was on \(last.timeline)",
                hint: "a standby took over, or a backup was restored: read history again")
        }
        guard slot.confirmed <= start else {
            throw CaptureError(
                .gap, "the slot \(slotName) goes on at \(slot.confirmed), after \(start)",
                hint: "it was made again, or somebody else moved it: read history again")
        }
        if let id = last.id { try checkHistory(id, last.position ?? point.position) }
    }

    /// Demands that the transaction which was captured last is one that the server has committed, as far back
    /// as the server remembers.
    private func checkHistory(_ id: UInt64, _ position: Position) throws {
        do {
            let found = try connection.query("SELECT pg_catalog.pg_xact_status($1::xid8)", [String(id)])
            if found.text(0, 0) == "aborted" { throw unknown(position) }
        } catch let refusal as PostgresError where refusal.sqlState == "22023" {
            // The number is in the server's future.
            throw unknown(position)
        }
    }

    /// The tables of the publication as they are now.
    private func capturedTables() throws -> [PostgresTable] {
        guard let found = try PostgresInstallation(reading: connection, named: name) else {
            throw PostgresCapture.missing(name)
        }
        let tables = try PostgresCatalog.read(connection).filter { found.tables.contains($0.schema.name) }
            .map { $0.keyed(by: found.vigil.tables[$0.schema.name]?.key) }
            // Of one that has no key any more no row can be understood.
            .filter { !PostgresShape($0).schema.key.isEmpty }
        return tables
    }
}
