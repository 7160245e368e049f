// swift-tools-version: 6.2
import PackageDescription

/// Language mode 6 with what later modes will ask for; a warning is an error.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")

let package = Package(
    name: "syncd",
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0")
    ],
    targets: [
        // C libraries, as Debian packages them.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),

        // Lowest first: a target imports only from those above it.
        .target(name: "Identifiers", swiftSettings: settings),
        .target(name: "Events", dependencies: [protobuf]),
        .target(name: "EventLog", dependencies: ["Identifiers"], swiftSettings: settings),
        .target(name: "School", dependencies: ["Identifiers"], swiftSettings: settings),

        // Runs the built programs under faults.
        .testTarget(name: "CrashTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
