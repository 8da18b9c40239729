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
        /// Whether every change of the key in this step was an update that left the row its key: then what
        /// the target holds is the row's own earlier state.
        var isContinuous = false
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
                note(before, nil, item, group, &places, isContinuous: false)
            }
            guard let after else { continue }
            note(
                after, group.change(item).after, item, group, &places, isContinuous: before == after)
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

    /// Whether what the target holds of the key at `index` is the row's own earlier state.
    func isContinuous(at index: Int) -> Bool { causes.indices.contains(index) && causes[index].isContinuous }

    /// The change to record for the key at `index`.
    func cause(at index: Int, columns: Int) -> Cause {
        if causes.indices.contains(index) { return causes[index] }
        var cause = Cause(operation: "read", before: nil, after: nil, ordinal: index, isInsert: false)
        if let image = images[index] { cause.after = RowImage.copy(arena, at: image, columns: columns) }
        return cause
    }

    private mutating func note(
        _ key: Key, _ image: UInt32?, _ item: ChangeGroup.Item, _ group: ChangeGroup,
        _ places: inout [Key: Int], isContinuous: Bool
    ) {
        var bytes = group.bytes(of: item, image: image)
        if isContinuous, let newer = bytes, let place = places[key], let earlier = causes[place].after {
            let columns = group.table(item).columns.count
            bytes = RowImage.completed(newer, from: earlier[...], columns: columns)
        }
        let start = bytes == nil ? nil : arena.count
        if let bytes { arena += bytes }
        if let place = places[key] {
            images[place] = start
            if !isContinuous {
                // From here on another row may have the key: what it was before is told of that one.
                causes[place].isContinuous = false
                causes[place].before = group.bytes(of: item, image: group.change(item).before).map(Array.init)
            }
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
                isInsert: group.change(item).before == nil, isContinuous: isContinuous))
    }
}

extension RootRows.Cause {
    /// A change of another table made the aggregate worth another look.
    static let recompute = RootRows.Cause(
        operation: "recompute", before: nil, after: nil, ordinal: -1, isInsert: false)

    /// A row is computed again from the last state that the log holds of it; nil when it is gone.
    static func lastState(_ image: [UInt8]?) -> RootRows.Cause {
        RootRows.Cause(
            operation: image == nil ? "delete" : "read", before: nil, after: image, ordinal: -1,
            isInsert: false)
    }
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

    /// An image of which the values that its source did not send are taken from an earlier image of the row;
    /// as it is when one of them is damaged.
    static func completed(
        _ newer: ArraySlice<UInt8>, from earlier: ArraySlice<UInt8>, columns: Int
    ) -> ArraySlice<UInt8> {
        guard let new = cells(newer, columns), new.contains(where: { isAbsent(newer, $0) }),
            let old = cells(earlier, columns)
        else { return newer }
        var image: [UInt8] = []
        for (cell, held) in zip(new, old) {
            image += isAbsent(newer, cell) ? earlier[held] : newer[cell]
        }
        return image[...]
    }

    /// Where each value of an image stands; nil when it is damaged.
    static func cells(_ image: ArraySlice<UInt8>, _ columns: Int) -> [Range<Int>]? {
        unsafe image.withUnsafeBytes { bytes in
            var offsets = RowOffsets()
            guard unsafe offsets.scan(bytes, at: 0, columns: columns) else { return nil }
            return (0..<columns).map { column in
                let end = column + 1 < columns ? offsets[column + 1] : offsets.end
                return image.startIndex + offsets[column]..<image.startIndex + end
            }
        }
    }

    /// Whether a value was not sent.
    static func isAbsent(_ image: ArraySlice<UInt8>, _ cell: Range<Int>) -> Bool {
        image[cell.lowerBound] & 15 == Kind.absent.rawValue
    }
}
