/// Bytes that are none of the plugin's messages: what is wrong with them, without the bytes.
struct PgoutputFault: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
