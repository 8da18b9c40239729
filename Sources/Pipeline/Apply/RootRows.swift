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
    /// Holds the images.
    var arena: [UInt8] = []
    /// For each key, the change that is recorded if the key must be set aside; none where the rows are
    /// history.
    private var origins: [Origin] = []
    /// Holds the changes.
    private var group: ChangeGroup?

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

    /// Where a change comes from that may have to be recorded.
    private enum Origin {
        case cause(Cause)
        case changes(Changes)
    }

    /// What a group did to one row, by the places where it stands: hardly any of it is ever recorded.
    private struct Changes {
        /// The change that says what the row was before.
        var first: ChangeGroup.Item
        /// The last change.
        var last: ChangeGroup.Item
        /// Where the row's image after it starts in `arena`; nil when the row is gone.
        var after: Int?
        var isInsert: Bool
        var isContinuous: Bool
    }

    /// The root rows that a group changed, with the last image of each.
    init(_ group: ChangeGroup, table: TableSchema) {
        if group.isHistorical, let record = group.items.first?.record {
            add(chunk: group, record: record, table: table)
            return
        }
        self.group = group
        var places: [Key: Int] = [:]
        for item in group.items(of: table.name) {
            let change = group.change(item)
            let before = group.key(of: item, image: change.before, columns: table.key)
            let after = group.key(of: item, image: change.after, columns: table.key)
            if let before, before != after, Guard.keyChangeMovesRow.holds {
                note(before, nil, item, group, &places, isContinuous: false)
            }
            guard let after else { continue }
            note(after, change.after, item, group, &places, isContinuous: before == after)
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
        let known = Dictionary(uniqueKeysWithValues: zip(direct.keys, direct.origins))
        origins = keys.map { known[$0] ?? .cause(.recompute) }
        arena = direct.arena
        self.group = group
    }

    /// Root rows with images of their own, as a replay has them.
    init(replay rows: [(key: Key, image: [UInt8]?, cause: Cause)]) {
        for row in rows {
            keys.append(row.key)
            images.append(row.image == nil ? nil : arena.count)
            arena += row.image ?? []
            origins.append(.cause(row.cause))
        }
    }

    init() {}

    /// Whether the first change of the key at `index` brought the row into being.
    func isInsert(at index: Int) -> Bool {
        guard origins.indices.contains(index) else { return false }
        return switch origins[index] {
        case .cause(let cause): cause.isInsert
        case .changes(let changes): changes.isInsert
        }
    }

    /// Whether what the target holds of the key at `index` is the row's own earlier state.
    func isContinuous(at index: Int) -> Bool {
        guard origins.indices.contains(index) else { return false }
        return switch origins[index] {
        case .cause(let cause): cause.isContinuous
        case .changes(let changes): changes.isContinuous
        }
    }

    /// The image that says what the row with the key at `index` was before; nil when there is none. Where the
    /// key went from one row to another in the step, it is that of the row which has it last.
    func before(at index: Int) -> ArraySlice<UInt8>? {
        guard origins.indices.contains(index) else { return nil }
        return switch origins[index] {
        case .cause(let cause): cause.before?[...]
        case .changes(let changes):
            group.flatMap { $0.bytes(of: changes.first, image: $0.change(changes.first).before) }
        }
    }

    /// The change to record for the key at `index`.
    func cause(at index: Int, columns: Int) -> Cause {
        func image(_ start: Int?) -> [UInt8]? { start.map { RowImage.copy(arena, at: $0, columns: columns) } }
        guard origins.indices.contains(index) else {
            return Cause(
                operation: "read", before: nil, after: image(images[index]), ordinal: index, isInsert: false)
        }
        switch origins[index] {
        case .cause(let cause): return cause
        case .changes(let changes):
            let last = group?.change(changes.last)
            return Cause(
                operation: last.map { "\($0.operation)" } ?? "",
                before: before(at: index).map(Array.init),
                after: image(changes.after), ordinal: changes.last.ordinal, isInsert: changes.isInsert,
                isContinuous: changes.isContinuous)
        }
    }

    private mutating func note(
        _ key: Key, _ image: UInt32?, _ item: ChangeGroup.Item, _ group: ChangeGroup,
        _ places: inout [Key: Int], isContinuous: Bool
    ) {
        guard let place = places[key] else {
            places[key] = keys.count
            keys.append(key)
            let after = add(group.bytes(of: item, image: image))
            images.append(after)
            let isInsert = group.change(item).before == nil
            origins.append(
                .changes(
                    Changes(
                        first: item, last: item, after: after, isInsert: isInsert, isContinuous: isContinuous)
                ))
            return
        }
        guard case .changes(var changes) = origins[place] else { return }
        var bytes = group.bytes(of: item, image: image)
        if isContinuous, let newer = bytes, let start = changes.after {
            bytes = completed(newer, from: start, columns: group.columnCount(item))
        }
        changes.after = add(bytes)
        changes.last = item
        if !isContinuous {
            // From here on another row may have the key: what it was before is told of that one.
            changes.isContinuous = false
            changes.first = item
        }
        images[place] = changes.after
        origins[place] = .changes(changes)
    }

    /// Adds an image to the arena; returns where it starts.
    private mutating func add(_ bytes: ArraySlice<UInt8>?) -> Int? {
        guard let bytes else { return nil }
        defer { arena += bytes }
        return arena.count
    }

    private func completed(_ newer: ArraySlice<UInt8>, from start: Int, columns: Int) -> ArraySlice<UInt8> {
        RowImage.completed(newer, from: arena[start...], columns: columns)
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
