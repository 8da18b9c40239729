import Capture
import Model

/// Turns the rows of one change, as they lie in a message, into row images.
///
/// A column of which the message says nothing is absent from the image: the columns outside the key in the
/// image before, where the table's identity is its key, and a large value that an update left alone, unless
/// the row before brings it.
@safe struct PostgresRowImages {
    private let bytes: UnsafeRawBufferPointer
    private let relation: PgoutputRelation
    private let shape: PostgresShape

    init(_ bytes: UnsafeRawBufferPointer, _ relation: PgoutputRelation, _ shape: PostgresShape) {
        unsafe self.bytes = bytes
        self.relation = relation
        self.shape = shape
    }

    /// Appends the row before a change. An update that sends none did not change what tells the row from
    /// others, which is then in the row after.
    func append(
        before: PgoutputTuple, _ carried: PgoutputMessage.Before, after: PgoutputTuple?,
        to row: inout [UInt8]
    ) throws {
        let source = carried == .nothing ? after : before
        guard let source, source.values.count == shape.forms.count else { throw misfit }
        for place in shape.forms.indices {
            let isSent =
                switch carried {
                case .row: true
                case .key: relation.columns[place].isKey
                case .nothing: shape.schema.key.contains(place)
                }
            if isSent, source.values[place].marker != .unchanged {
                try append(source.values[place], place, to: &row)
            } else {
                RowWriter.absent(&row)
            }
        }
    }

    /// Appends the row after a change.
    func append(
        after: PgoutputTuple, before: PgoutputTuple, _ carried: PgoutputMessage.Before,
        to row: inout [UInt8]
    ) throws {
        guard after.values.count == shape.forms.count else { throw misfit }
        for place in shape.forms.indices {
            var value = after.values[place]
            if value.marker == .unchanged {
                let isKnown = carried == .row || (carried == .key && relation.columns[place].isKey)
                if isKnown, before.values.indices.contains(place) { value = before.values[place] }
            }
            if value.marker == .unchanged {
                RowWriter.absent(&row)
            } else {
                try append(value, place, to: &row)
            }
        }
    }

    private func append(_ value: PgoutputTuple.Value, _ place: Int, to row: inout [UInt8]) throws {
        let form = shape.forms[place]
        // The decoder found the value inside these bytes.
        let bytes = unsafe UnsafeRawBufferPointer(
            rebasing: bytes[value.offset..<value.offset + value.count])
        let isRead =
            switch value.marker {
            case .null, .unchanged: true
            case .text: unsafe PostgresDecoder.append(text: bytes, form, &row)
            case .binary: unsafe form.hasBinary && PostgresDecoder.append(binary: bytes, form, &row)
            }
        if value.marker == .null { RowWriter.null(&row) }
        guard isRead else {
            let column = shape.schema.columns[place]
            throw CaptureError(
                .failed,
                "a value of \(shape.schema.name).\(column.name) is none of its type \(column.declaredType)",
                hint: "open the capture again if the column's type was changed; otherwise report this")
        }
    }

    private var misfit: CaptureError {
        CaptureError(
            .failed, "a row of \(shape.schema.name) has another number of columns than was said before",
            hint: "report this with the server's version")
    }
}
