/// Brings row images of one shape of a table into another, by the names of the columns: what the other shape
/// does not have is left out, and what the image does not have is NULL, or not sent.
public struct RowProjection: Sendable {
    /// For each column of the result its place in the image; nil where the image has none.
    private let sources: [Int?]
    /// How many columns an image has.
    private let columns: Int
    /// Whether a column that the image has not is NULL, and not one that was not sent.
    private let fillsWithNull: Bool
    private var offsets = RowOffsets()

    /// A projection between two lists of names, in the order of the images' columns.
    public init(from names: [String], to wanted: [String], fillsWithNull: Bool) {
        self.fillsWithNull = fillsWithNull
        sources = wanted.map { name in names.firstIndex(of: name) }
        columns = names.count
    }

    /// Appends the image at `offset`, brought into the other shape; false when it is damaged.
    public mutating func append(
        _ arena: UnsafeRawBufferPointer, at offset: Int, to image: inout [UInt8]
    ) -> Bool {
        guard unsafe offsets.scan(arena, at: offset, columns: columns) else { return false }
        for source in sources {
            if let source {
                let end = source + 1 < columns ? offsets[source + 1] : offsets.end
                // The scan found both ends inside the arena.
                unsafe image.append(contentsOf: arena[offsets[source]..<end])
            } else if fillsWithNull {
                RowWriter.null(&image)
            } else {
                RowWriter.absent(&image)
            }
        }
        return true
    }

    /// An image of its own, brought into the other shape; nil when it is damaged.
    public mutating func image(of image: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        // The bytes are read only inside this closure.
        let isWhole = unsafe image.withUnsafeBytes { unsafe append($0, at: 0, to: &result) }
        return isWhole ? result : nil
    }
}
