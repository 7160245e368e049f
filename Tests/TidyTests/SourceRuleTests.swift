import Testing

/// Rules that every source file keeps.
@Suite struct SourceRuleTests {
    /// Places where a trap is right, each with its reason.
    static let allowedTraps = [
        "Sources/Sealing/Libcrypto.swift": "without random numbers or a cipher, going on would write what is not sealed"
    ]

    /// Places beside the console that write for people, each with its reason.
    static let allowedWriters = [
        "Sources/LMDB/Environment/Environment.swift": "LMDB has given a file up, and ends the process after this line"
    ]

    /// Places that name numbers and addresses of another form, each with its reason.
    static let allowedStrangers = [
        "Tests/SchoolTests/Contact/ContactMethodTests.swift": "what the rules must refuse, and their limits"
    ]

    @Test("no source file is longer than 400 lines")
    func fileLength() throws {
        for file in try SourceTree.swiftFiles(in: "Sources") where file.module != "Events" {
            #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count) lines: it holds more than one idea")
        }
    }

    @Test("nothing is forced: no try!, as!, fatalError, no forced unwrap by hand")
    func traps() throws {
        for file in try SourceTree.swiftFiles(in: "Sources") where file.module != "Events" {
            guard Self.allowedTraps[file.path] == nil else { continue }
            for (index, line) in file.code.enumerated() {
                for trap in ["try!", "as!", "fatalError("] {
                    #expect(!line.contains(trap), "\(file.path):\(index + 1) has \(trap)")
                }
            }
        }
    }

    @Test("an unchecked promise comes with its proof")
    func uncheckedSendable() throws {
        for file in try SourceTree.swiftFiles(in: "Sources") where file.module != "Events" {
            for (index, line) in file.code.enumerated() where line.contains("@unchecked Sendable") {
                let around = file.lines[max(0, index - 12)...min(file.lines.count - 1, index + 10)]
                let told = around.contains { line in
                    line.contains("//")
                        && ["unchecked", "sendable", "thread", "lock"].contains { line.lowercased().contains($0) }
                }
                #expect(told, "\(file.path):\(index + 1) says @unchecked Sendable and not why")
            }
        }
    }

    @Test("only the console writes to standard output and standard error")
    func output() throws {
        let writers = [
            "print(", "debugPrint(", "NSLog(", "standardOutput", "standardError", "STDOUT_FILENO",
            "STDERR_FILENO", "fputs(", "Logger(",
        ]
        for file in try SourceTree.swiftFiles(in: "Sources") where !file.path.hasPrefix("Sources/Commands/Output/") {
            guard Self.allowedWriters[file.path] == nil else { continue }
            for (index, line) in file.code.enumerated() {
                for writer in writers where Self.calls(writer, in: line) {
                    Issue.record("\(file.path):\(index + 1) uses \(writer)")
                }
            }
        }
    }

    @Test("the domain reads no clock and no file, and draws nothing at random (invariant 10)")
    func pureDomain() throws {
        let impure = [
            "Date()", "FileManager", "ProcessInfo", "SystemRandomNumberGenerator", "SystemRandomness", "UUID()",
        ]
        for file in try SourceTree.swiftFiles(in: "Sources/School") {
            for (index, line) in file.code.enumerated() {
                for name in impure {
                    #expect(!line.contains(name), "\(file.path):\(index + 1) uses \(name)")
                }
            }
        }
    }

    @Test("nothing is put off: no marks of unfinished work")
    func unfinished() throws {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK"]
        for folder in ["Sources", "Tests", "tools"] {
            for file in try SourceTree.swiftFiles(in: folder) where file.module != "Events" {
                for (index, line) in file.lines.enumerated() {
                    for mark in marks {
                        #expect(!line.contains(mark), "\(file.path):\(index + 1) has \(mark)")
                    }
                }
            }
        }
    }

    @Test("made-up people only: mobiles of the drama range, e-mail at example addresses")
    func madeUpPeople() throws {
        let mobile = /\b07\d{3} ?\d{6}\b/
        let email = /[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z])/
        for folder in ["Sources", "Tests", "tools"] {
            for file in try SourceTree.swiftFiles(in: folder) where Self.allowedStrangers[file.path] == nil {
                for (index, line) in file.lines.enumerated() {
                    for match in line.matches(of: mobile) {
                        let digits = match.output.filter(\.isNumber)
                        #expect(
                            digits.hasPrefix("07700900"),
                            "\(file.path):\(index + 1) has a mobile outside 07700 900"
                        )
                    }
                    for match in line.matches(of: email) {
                        let domain = match.output.1.lowercased()
                        #expect(
                            domain.hasSuffix("example.org") || domain.hasSuffix("example.com"),
                            "\(file.path):\(index + 1) has an e-mail address that is not made up"
                        )
                    }
                }
            }
        }
    }

    /// True when the line uses the name itself, not another name that ends with it.
    private static func calls(_ name: String, in line: String) -> Bool {
        var rest = line[...]
        while let range = rest.firstRange(of: name) {
            let before = range.lowerBound > rest.startIndex ? rest[rest.index(before: range.lowerBound)] : " "
            if !before.isLetter && !before.isNumber && before != "_" && before != "." { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }
}
