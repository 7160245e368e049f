import Testing

/// A target imports only from rows above it (design.md section 8).
@Suite struct LayerTests {
    /// Lowest first.
    static let rows = [
        "Identifiers", "Events", "Sealing", "LMDB", "EventLog", "School", "Projections", "Connectors", "Import",
        "Transfer", "Audit", "Access", "Automation", "Portal", "Commands", "syncd",
    ]

    /// Each C library has one face.
    static let faces = [
        "CLMDB": "LMDB", "CArgon2": "Sealing", "CCrypto": "Sealing", "CISAL": "EventLog", "CExpat": "Connectors",
        "CCurl": "Connectors",
        "CZlib": "Connectors", "CZip": "Connectors", "CQREncode": "Portal",
    ]

    /// What a module must not import although it stands lower: the log knows nothing of schools, the rules know
    /// nothing of files, storage or clocks.
    static let forbidden: [String: Set<String>] = [
        "EventLog": ["Events", "Foundation", "SwiftProtobuf"],
        "School": ["LMDB", "Glibc"],
        "Identifiers": ["Glibc", "Foundation"],
        "Connectors": ["LMDB", "EventLog", "Projections"],
    ]

    @Test("every module stands in the table of layers")
    func known() throws {
        let modules = Set(try SourceTree.swiftFiles(in: "Sources").map(\.module))
        #expect(modules.count > 5)
        #expect(modules.subtracting(Self.rows + ["SyncdTesting"]) == [])
    }

    @Test("a module imports only from rows above it")
    func layers() throws {
        for file in try SourceTree.swiftFiles(in: "Sources") where file.module != "SyncdTesting" {
            let row = Self.rows.firstIndex(of: file.module) ?? 0
            for module in file.imports {
                if let other = Self.rows.firstIndex(of: module) {
                    #expect(other < row, "\(file.path) imports \(module), which stands beside or above it")
                }
                #expect(module != "SyncdTesting", "\(file.path) imports the test kit")
                let banned = Self.forbidden[file.module]?.contains(module) ?? false
                #expect(!banned, "\(file.path) imports \(module)")
            }
        }
    }

    @Test("a C library is imported by its one face")
    func oneFace() throws {
        for file in try SourceTree.swiftFiles(in: "Sources") {
            for module in file.imports {
                guard let face = Self.faces[module] else { continue }
                #expect(file.module == face, "\(file.path) imports \(module); only \(face) may")
            }
        }
    }
}
