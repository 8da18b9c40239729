// swift-tools-version: 6.2
// The benchmarks: a package of their own, so that nothing of them is built with the product.
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "banyan", path: "..")],
    targets: [
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                .product(name: "Banyan", package: "banyan"), .product(name: "CEL", package: "banyan"),
                .product(name: "PostgresCluster", package: "banyan"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
