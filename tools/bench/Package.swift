// swift-tools-version: 6.2
import PackageDescription

/// As in the root package: language mode 6 with what later modes will ask for; a warning is an error.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "bench",
    dependencies: [
        .package(name: "syncd", path: "../.."),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "CSQLite",
                .product(name: "Measured", package: "syncd"),
                .product(name: "CExpat", package: "syncd"),
                .product(name: "CISAL", package: "syncd"),
                .product(name: "CLMDB", package: "syncd"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "BenchTests", dependencies: ["bench"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
