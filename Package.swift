// swift-tools-version: 6.2
import PackageDescription

/// Language mode 6 with what later modes will ask for; a warning is an error.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// What the tests run is optimised, too: the crash sets start the program thousands of times, and so take half as long.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]
let product = settings + optimised

/// For modules whose types lend memory: spans and cursors that cannot outlive what they point into.
let lending = product + [.enableExperimentalFeature("Lifetimes")]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "syncd",
    products: [
        .executable(name: "syncd", targets: ["syncd"]),
        // For tools/bench.
        .library(
            name: "Measured",
            targets: ["Audit", "Connectors", "EventLog", "Events", "Identifiers", "Projections", "School", "Sealing"]
        ),
        .library(name: "CExpat", targets: ["CExpat"]),
        .library(name: "CISAL", targets: ["CISAL"]),
        .library(name: "CLMDB", targets: ["CLMDB"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        // For the portal: HTTP, its pages, and the log of the server. Options that nothing here uses stay off.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.0.0"),
        // In tests only: the judge of `Sealing`, byte for byte.
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    ],
    targets: [
        // C libraries, as Debian packages them.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // What must be C: a signal handler, and packets with descriptors.
        .target(name: "CBusError"),
        .target(name: "CPackets"),

        // Lowest first: a target imports only from those above it.
        .target(name: "Identifiers", swiftSettings: product),
        .target(name: "Sealing", dependencies: ["CArgon2", "CCrypto"], swiftSettings: product),
        .target(name: "LMDB", dependencies: ["CBusError", "CLMDB", "Identifiers"], swiftSettings: lending),
        .target(name: "Events", dependencies: [protobuf], swiftSettings: optimised),
        .target(
            name: "EventLog",
            dependencies: ["CISAL", "Identifiers", "LMDB", "Sealing"],
            swiftSettings: product
        ),
        .target(
            name: "School",
            dependencies: ["EventLog", "Events", "Identifiers", "Sealing", protobuf],
            swiftSettings: product
        ),
        .target(
            name: "Connectors",
            dependencies: ["CCurl", "CExpat", "CZip", "CZlib", "Identifiers", "School", "Sealing"],
            swiftSettings: product
        ),
        .target(
            name: "Projections",
            dependencies: ["EventLog", "Events", "Identifiers", "LMDB", "School", "Sealing", protobuf],
            swiftSettings: lending
        ),
        .target(
            name: "Import",
            dependencies: ["EventLog", "Events", "Identifiers", "LMDB", "Projections", "School", "Sealing", protobuf],
            swiftSettings: product
        ),
        .target(
            name: "Transfer",
            dependencies: [
                "Connectors", "EventLog", "Events", "Identifiers", "Projections", "School", "Sealing", protobuf,
            ],
            swiftSettings: product
        ),
        .target(
            name: "Audit",
            dependencies: ["EventLog", "Events", "Identifiers", "School", "Sealing", protobuf],
            swiftSettings: product
        ),
        .target(
            name: "Access",
            dependencies: ["EventLog", "Events", "Identifiers", "Projections", "School", "Sealing", protobuf],
            swiftSettings: product
        ),
        .target(
            name: "Automation",
            dependencies: [
                "EventLog", "Events", "Identifiers", "Projections", "School", "Sealing", "Transfer", protobuf,
            ],
            swiftSettings: product
        ),
        .target(
            name: "Portal",
            dependencies: [
                "CQREncode",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                "Access", "Identifiers", "School", "Sealing", lifecycle, logging,
            ],
            swiftSettings: product
        ),
        .target(
            name: "Commands",
            dependencies: [
                "Access", "Audit", "Automation", "CPackets", "Connectors", "EventLog", "Events", "Identifiers",
                "Import",
                "LMDB", "Portal", "Projections", "School", "Sealing", "Transfer", argumentParser, lifecycle, logging,
                protobuf,
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: product
        ),
        .executableTarget(name: "syncd", dependencies: ["Commands"], swiftSettings: product),

        // The test kit.
        .target(
            name: "SyncdTesting",
            dependencies: ["EventLog", "Events", "Identifiers", "LMDB", "Projections", "School", "Sealing", protobuf],
            swiftSettings: lending
        ),

        // Made-up schools.
        .target(name: "SampleData", path: "tools/sample-data/SampleData", swiftSettings: product),
        .executableTarget(
            name: "sample-data",
            dependencies: ["SampleData", argumentParser],
            path: "tools/sample-data/Command",
            swiftSettings: product
        ),

        // Readers of bytes from outside: fed by the fuzzer (make fuzz), and by FuzzTests from the kept corpus.
        .target(
            name: "FuzzEntries",
            dependencies: ["CISAL", "Connectors", "EventLog", "Identifiers", "Projections", "School", "Sealing"],
            path: "tools/fuzz/Entries",
            swiftSettings: product
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzEntries"],
            path: "tools/fuzz/Command",
            swiftSettings: product
        ),

        .testTarget(name: "LMDBTests", dependencies: ["LMDB", "Identifiers"], swiftSettings: settings),
        .testTarget(
            name: "SealingTests",
            dependencies: ["Sealing", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLogTests",
            dependencies: [
                "EventLog", "Identifiers", "LMDB", "Sealing", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AutomationTests",
            dependencies: ["Automation", "Identifiers", "School"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SchoolTests",
            dependencies: ["EventLog", "Events", "Identifiers", "School", protobuf],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProjectionsTests",
            dependencies: [
                "EventLog", "Events", "Identifiers", "LMDB", "Projections", "School", "SyncdTesting", protobuf,
            ],
            swiftSettings: lending
        ),
        .testTarget(
            name: "ConnectorsTests",
            dependencies: ["Connectors", "Identifiers", "School"],
            resources: [.copy("CESGolden")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ImportTests",
            dependencies: [
                "Connectors", "EventLog", "Events", "Identifiers", "Import", "Projections", "School", "Sealing",
                "SyncdTesting", protobuf,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TransferTests",
            dependencies: [
                "Connectors", "EventLog", "Events", "Identifiers", "Projections", "School", "Sealing", "SyncdTesting",
                "Transfer", protobuf,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AuditTests",
            dependencies: ["Audit", "EventLog", "Events", "Identifiers", "LMDB", "School", "Sealing", protobuf],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AccessTests",
            dependencies: [
                "Access", "EventLog", "Events", "Identifiers", "Projections", "School", "Sealing", "SyncdTesting",
                protobuf,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: ["Access", "Commands", "Portal", "SampleData", "School", "Sealing", "Transfer", "syncd"],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CompatibilityTests",
            dependencies: [
                "EventLog", "Identifiers", "LMDB", "School", "Sealing", "syncd", "sample-data",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Stores", "make-stores"],
            swiftSettings: settings
        ),
        .testTarget(name: "CrashTests", dependencies: ["syncd", "sample-data"], swiftSettings: settings),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzEntries"], swiftSettings: settings),
        .testTarget(name: "TidyTests", dependencies: ["School"], swiftSettings: settings),
        .testTarget(name: "SampleDataTests", dependencies: ["SampleData"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
