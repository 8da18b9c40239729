import ChangeLog
import Guards
import Model
import Plan
import Translate

/// Translates what steps do to aggregates that stand alone: each is made of one legacy row whose key gives
/// its own, and nothing but one row is written of it.
///
/// This is the straight way, without a key, an outcome and an image of its own for each row. It needs nothing
/// of the target, so it can be taken before a step's turn has come. What needs a closer look takes the long
/// way. Keeps scratch memory: one thread at a time.
final class PlainTranslator {
    private let translator: AggregateTranslator
    private let root: TableSchema
    /// The places of the root's columns on which the aggregate depends.
    private let used: [Int]
    private let keyColumns: Int
    /// The legacy keys of a step's rows, and for each the last image, or none when the row is gone.
    private var keys = KeyTable(expecting: 0)
    private var images: [Image?] = []
    private var offsets = RowOffsets()
    private var key: [UInt8] = []
    private var keyBefore: [UInt8] = []
    /// Whether two legacy keys may come to one service key, because a number is rounded on the way.
    private let mayRoundKey: Bool
    /// Bytes of a row of the last step, about.
    private var bytesARow = 0

    private struct Image {
        var record: Int
        var start: Int
    }

    /// A translator for one kind of aggregate of a context; nil when it does not stand alone.
    init?(context: CheckedContext, index: Int) {
        let aggregate = context.aggregates[index]
        guard aggregate.isSingleRow, aggregate.parts.isEmpty,
            !context.events.contains(where: { $0.aggregate == index }),
            !KeyDependence.needsCrossReference(aggregate, reads: context.reads)
        else { return nil }
        translator = AggregateTranslator(context: context, aggregate: aggregate)
        root = context.reads[aggregate.root].table
        used = context.columnsUsed(of: root.name).sorted()
        keyColumns = aggregate.table.key.count
        let root = root
        mayRoundKey = root.key.contains { [.decimal, .double].contains(root.columns[$0].kind) }
    }

    /// What a step comes to; nil when any of its rows needs a closer look.
    func rows(of group: ChangeGroup) -> PlainRows? {
        guard group.parts.isEmpty else { return nil }
        var result = PlainRows(
            rows: RowBuffer(columns: translator.columns.count), gone: RowBuffer(columns: keyColumns))
        defer { translator.forgetRow() }
        guard group.isHistorical ? read(group, into: &result) : follow(group, into: &result) else {
            return nil
        }
        // What goes must not be what somebody else takes over.
        if mayRoundKey, !result.rows.isEmpty, !result.gone.isEmpty { return nil }
        if !result.rows.isEmpty { bytesARow = result.rows.bytes.count / result.rows.count + 1 }
        return result
    }

    private func reserve(_ count: Int, in rows: inout RowBuffer) {
        rows.starts.reserveCapacity(count)
        rows.bytes.reserveCapacity(count * bytesARow)
    }

    /// The rows of a chunk, of which every key occurs once.
    private func read(_ group: ChangeGroup, into result: inout PlainRows) -> Bool {
        guard let record = group.chunkRecord, record.batch.tables.first?.name == root.name else {
            return false
        }
        reserve(record.batch.changes.count, in: &result.rows)
        // The arena belongs to the group, which outlives this call.
        return unsafe record.batch.bytes.withUnsafeBytes { arena in
            for change in record.batch.changes {
                guard let image = change.after,
                    unsafe append(arena, Int(image), into: &result)
                else { return false }
            }
            return true
        }
    }

    /// The last state of each row that live changes touched.
    private func follow(_ group: ChangeGroup, into result: inout PlainRows) -> Bool {
        guard noteLast(group) else { return false }
        result.keys = keys
        reserve(images.count, in: &result.rows)
        for (number, image) in images.enumerated() {
            guard let image else {
                guard let key = translator.serviceKey(ofLegacy: Key(bytes: Array(keys[number]))) else {
                    return false
                }
                result.gone.append(key.bytes)
                continue
            }
            // The arena belongs to the group, which outlives this call.
            let isPlain = unsafe group.records[image.record].batch.bytes.withUnsafeBytes { arena in
                unsafe append(arena, image.start, into: &result)
            }
            if !isPlain { return false }
        }
        return true
    }

    private func append(_ arena: UnsafeRawBufferPointer, _ image: Int, into result: inout PlainRows) -> Bool {
        do throws(TranslationFailure) {
            // Whoever calls holds the arena.
            if unsafe try translator.appendRow(of: image, arena: arena, to: &result.rows) { return true }
        } catch {
            // The long way says why.
            return false
        }
        guard unsafe offsets.scan(arena, at: image, columns: root.columns.count),
            let key = translator.serviceKey(
                ofLegacy: unsafe Key(arena, offsets: offsets, columns: root.key))
        else { return false }
        result.gone.append(key.bytes)
        return true
    }

    // MARK: the last image of each row

    private func noteLast(_ group: ChangeGroup) -> Bool {
        keys = KeyTable(expecting: group.items.count)
        images.removeAll(keepingCapacity: true)
        var items = group.items[...]
        while let record = items.first?.record {
            let batch = group.records[record].batch
            let columns = batch.tables.map { $0.name == root.name ? $0.columns.count : nil }
            let ofRecord = items.prefix { $0.record == record }
            let isPlain = unsafe batch.bytes.withUnsafeBytes { arena in
                for item in ofRecord {
                    let change = batch.changes[item.ordinal]
                    guard let count = columns[Int(change.table)] else { continue }
                    guard unsafe note(change, of: record, arena, columns: count) else { return false }
                }
                return true
            }
            if !isPlain { return false }
            items = items.dropFirst(ofRecord.count)
        }
        return true
    }

    private func note(
        _ change: ChangeBatch.Change, of record: Int, _ arena: UnsafeRawBufferPointer, columns: Int
    ) -> Bool {
        var isMoved = false
        if let before = change.before {
            guard unsafe offsets.scan(arena, at: Int(before), columns: columns) else { return false }
            unsafe copyKey(arena, to: &keyBefore)
            isMoved = true
        }
        if let after = change.after {
            guard unsafe offsets.scan(arena, at: Int(after), columns: columns),
                used.allSatisfy({ unsafe arena[offsets[$0]] & 15 != Kind.absent.rawValue })
            else { return false }
            unsafe copyKey(arena, to: &key)
            if isMoved { isMoved = keyBefore != key && Guard.keyChangeMovesRow.holds }
            if isMoved { note(keyBefore, nil) }
            note(key, Image(record: record, start: Int(after)))
        } else if isMoved, Guard.keyChangeMovesRow.holds {
            note(keyBefore, nil)
        }
        return true
    }

    /// Copies the key of the row image that was scanned last.
    private func copyKey(_ arena: UnsafeRawBufferPointer, to key: inout [UInt8]) {
        key.removeAll(keepingCapacity: true)
        // The offsets were found by a scan of this arena.
        for column in root.key { unsafe Key.append(arena, at: offsets[column], to: &key) }
    }

    private func note(_ key: [UInt8], _ image: Image?) {
        let number = keys.number(of: key)
        if number < images.count { images[number] = image } else { images.append(image) }
    }
}
