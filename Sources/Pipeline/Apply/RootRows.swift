import ChangeLog
import Guards
import Model

/// The root rows that a step is about: their legacy keys and, where the row alone decides, their present
/// images.
struct RootRows {
    /// The legacy keys, each once, in the order of the changes.
    var keys: [Key] = []
    /// For each key, where its present image starts in `arena`; nil when the row is gone.
    var images: [Int?] = []
    /// For each key, the change that is recorded if the key must be set aside.
    var causes: [Cause] = []
    /// Holds the images.
    var arena: [UInt8] = []

    /// What is recorded of a change that is set aside.
    struct Cause {
        var operation: String
        var before: [UInt8]?
        var after: [UInt8]?
        var ordinal: Int
        /// Whether the first change of the key in this step brought the row into being.
        var isInsert: Bool
    }

    /// The root rows that a group changed, with the last image of each.
    init(_ group: ChangeGroup, table: TableSchema) {
        if group.isHistorical, let record = group.items.first?.record {
            add(chunk: group, record: record, table: table)
            return
        }
        var places: [Key: Int] = [:]
        for item in group.items(of: table.name) {
            let before = group.key(of: item, image: group.change(item).before, columns: table.key)
            let after = group.key(of: item, image: group.change(item).after, columns: table.key)
            if let before, before != after, Guard.keyChangeMovesRow.holds {
                note(before, nil, item, group, &places)
            }
            if let after { note(after, group.change(item).after, item, group, &places) }
        }
    }

    /// The rows of a chunk: every key occurs once.
    private mutating func add(chunk group: ChangeGroup, record: Int, table: TableSchema) {
        guard group.chunkRecord?.batch.tables.first?.name == table.name else { return }
        arena = group.records[record].batch.bytes
        keys.reserveCapacity(group.items.count)
        images.reserveCapacity(group.items.count)
        var offsets = RowOffsets()
        unsafe arena.withUnsafeBytes { bytes in
            for item in group.items {
                guard let image = group.change(item).after,
                    // A damaged image gives a key without columns, and the translator refuses the row.
                    unsafe offsets.scan(bytes, at: Int(image), columns: table.columns.count)
                else { continue }
                unsafe keys.append(Key(bytes, offsets: offsets, columns: table.key))
                images.append(Int(image))
            }
        }
    }

    /// Root rows without images: what joins decide.
    init(keys: [Key], group: ChangeGroup, table: TableSchema) {
        self.keys = keys
        images = Array(repeating: nil, count: keys.count)
        let direct = group.isHistorical ? RootRows() : RootRows(group, table: table)
        let known = Dictionary(uniqueKeysWithValues: zip(direct.keys, direct.causes))
        causes = keys.map { known[$0] ?? .recompute }
    }

    /// Root rows with images of their own, as a replay has them.
    init(replay rows: [(key: Key, image: [UInt8]?, cause: Cause)]) {
        for row in rows {
            keys.append(row.key)
            images.append(row.image == nil ? nil : arena.count)
            arena += row.image ?? []
            causes.append(row.cause)
        }
    }

    init() {}

    /// The change to record for the key at `index`.
    func cause(at index: Int, columns: Int) -> Cause {
        if causes.indices.contains(index) { return causes[index] }
        var cause = Cause(operation: "read", before: nil, after: nil, ordinal: index, isInsert: false)
        if let image = images[index] { cause.after = RowImage.copy(arena, at: image, columns: columns) }
        return cause
    }

    private mutating func note(
        _ key: Key, _ image: UInt32?, _ item: ChangeGroup.Item, _ group: ChangeGroup,
        _ places: inout [Key: Int]
    ) {
        let bytes = group.bytes(of: item, image: image)
        let start = bytes == nil ? nil : arena.count
        if let bytes { arena += bytes }
        if let place = places[key] {
            images[place] = start
            causes[place].after = bytes.map(Array.init)
            causes[place].operation = "\(group.change(item).operation)"
            causes[place].ordinal = item.ordinal
            return
        }
        places[key] = keys.count
        keys.append(key)
        images.append(start)
        causes.append(
            Cause(
                operation: "\(group.change(item).operation)",
                before: group.bytes(of: item, image: group.change(item).before).map(Array.init),
                after: bytes.map(Array.init), ordinal: item.ordinal,
                isInsert: group.change(item).before == nil))
    }
}

extension RootRows.Cause {
    /// A change of another table made the aggregate worth another look.
    static let recompute = RootRows.Cause(
        operation: "recompute", before: nil, after: nil, ordinal: -1, isInsert: false)
}

/// Copies row images out of arenas.
enum RowImage {
    /// The bytes of the image at `offset`; empty when it is damaged.
    static func copy(_ arena: [UInt8], at offset: Int, columns: Int) -> [UInt8] {
        unsafe arena.withUnsafeBytes { bytes in
            var offsets = RowOffsets()
            guard unsafe offsets.scan(bytes, at: offset, columns: columns) else { return [] }
            return Array(arena[offset..<offsets.end])
        }
    }
}
