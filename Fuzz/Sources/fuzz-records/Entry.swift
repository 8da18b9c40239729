import FuzzDriver

private let driver = FuzzDriver(.records)

/// What libFuzzer calls for every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    driver.run(data, count)
}
