/// Octets of a running expression: owned, or borrowed from the caller's row.
///
/// The contract of a borrowed value is that of `Text`.
@safe public struct Bytes: @unchecked Sendable {
    // Unchecked: a view is read-only, and its lifetime, which no compiler checks, is the caller's contract.
    @usableFromInline
    @safe enum Storage {
        case owned([UInt8])
        case borrowed(UnsafeRawBufferPointer)
    }

    @usableFromInline let storage: Storage

    /// Owned octets.
    @inlinable
    public init(_ array: [UInt8]) {
        storage = .owned(array)
    }

    /// A view on octets which the caller keeps alive and unchanged until the evaluation ends.
    @inlinable @unsafe
    public init(borrowing bytes: UnsafeRawBufferPointer) {
        unsafe storage = .borrowed(bytes)
    }

    /// Calls `body` with the octets, without copying them.
    @inlinable
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch storage {
        // The borrowed view is alive by the caller's contract.
        case .borrowed(let bytes): return unsafe body(bytes)
        // The buffer is used within the closure only.
        case .owned(let array): return unsafe array.withUnsafeBytes { unsafe body($0) }
        }
    }

    /// The octets as an array; copies borrowed ones.
    public var array: [UInt8] {
        switch storage {
        case .owned(let array): array
        // The borrowed view is alive by the caller's contract.
        case .borrowed(let bytes): unsafe Array(bytes)
        }
    }

    /// The same octets with storage of their own.
    public func owned() -> Bytes { Bytes(array) }

    /// Number of octets.
    public var count: Int {
        switch storage {
        case .owned(let array): array.count
        // Only the length is read.
        case .borrowed(let bytes): bytes.count
        }
    }
}

extension Bytes: Hashable {
    /// Whether both have the same octets.
    public static func == (left: Bytes, right: Bytes) -> Bool {
        // Both buffers live within the closures.
        unsafe left.withBytes { a in unsafe right.withBytes { b in unsafe Octets.equal(a, b) } }
    }

    /// Feeds the octets.
    public func hash(into hasher: inout Hasher) {
        // The buffer lives within the closure.
        unsafe withBytes { bytes in unsafe hasher.combine(bytes: bytes) }
    }

    /// Negative, zero or positive as these octets come before, with or after the others.
    public func compare(_ other: Bytes) -> Int {
        // Both buffers live within the closures.
        unsafe withBytes { a in unsafe other.withBytes { b in unsafe Octets.compare(a, b) } }
    }
}
