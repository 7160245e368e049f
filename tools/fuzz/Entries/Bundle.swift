/// Several files in one input: a line `=== name` before each.
///
/// Only names of a format's own files are taken, so that the fuzzer spends its time in them and not on paths.
enum Bundle {
    static func files(_ bytes: [UInt8], names: [String]) -> [(name: String, bytes: [UInt8])] {
        var files: [String: [UInt8]] = [:]
        var current: String?
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.starts(with: [UInt8]("=== ".utf8)) {
                let name = String(decoding: line.dropFirst(4), as: UTF8.self)
                current = names.first { $0 == name }
                if let current, files[current] == nil { files[current] = [] }
            } else if let current {
                files[current, default: []] += line
                files[current, default: []].append(UInt8(ascii: "\n"))
            }
        }
        return files.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
