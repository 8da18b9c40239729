// swift-tools-version: 6.2
// The fuzzers: a package of their own, because all they use is built again with coverage counters.
import PackageDescription

// libFuzzer brings `main`.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]
let doors = ["expressions", "plans", "records", "log", "journal", "certificates"]

let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "banyan", path: "..")],
    targets: [
        .target(
            name: "FuzzDriver", dependencies: [.product(name: "FuzzTargets", package: "banyan")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
        + doors.map {
            .executableTarget(name: "fuzz-\($0)", dependencies: ["FuzzDriver"], swiftSettings: settings)
        }
)
