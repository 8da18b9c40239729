/// Bytes in a block of memory of exactly their number.
enum ExactBytes {
    static func with<Result>(
        _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        // The block lives until the body returns, which keeps nothing of it.
        defer { unsafe block.deallocate() }
        unsafe block.copyBytes(from: bytes)
        return unsafe try body(UnsafeRawBufferPointer(block))
    }
}
