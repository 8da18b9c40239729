import Model

/// Deterministic surrogate ids: the same natural key gives the same id on every machine and in every version.
///
/// The scheme is `UUIDValue.scheme` over the namespace `context/aggregate` and the canonical bytes of the
/// natural key. A text or uuid column holds the UUID; an integer column its first 63 bits.
struct SurrogateID {
    /// `context/aggregate`.
    let namespace: String
    /// The column that holds the id.
    let column: ColumnSchema

    /// Appends the id to a row image.
    func append(_ naturalKey: Key?, to bytes: inout [UInt8]) {
        let id = UUIDValue(namespace: namespace, name: naturalKey?.bytes ?? [])
        switch column.kind {
        case .int64: RowWriter.integer(Int64(truncatingIfNeeded: id.number >> 65), &bytes)
        case .uuid: RowWriter.uuid(id.number, &bytes)
        default: RowWriter.text(id.description, &bytes)
        }
    }
}
