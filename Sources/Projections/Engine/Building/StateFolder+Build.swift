import Foundation
import Glibc

extension StateFolder {
    /// The record of the generation under construction, and its number; nil when there is none that can be read.
    func build(after published: Int?) -> (number: Int, record: BuildRecord)? {
        let number = nextNumber(after: published)
        let file = URL(filePath: folder(of: number) + "/" + BuildRecord.file)
        guard let data = try? Data(contentsOf: file),
            let record = try? JSONDecoder().decode(BuildRecord.self, from: data)
        else { return nil }
        return (number, record)
    }

    /// Writes the record of a generation under construction, whole or not at all.
    func write(_ record: BuildRecord, of number: Int) throws {
        let file = folder(of: number) + "/" + BuildRecord.file
        try JSONEncoder().encode(record).write(to: URL(filePath: file + ".new"))
        if rename(file + ".new", file) != 0 { throw Self.failure("cannot replace \(file)") }
    }

    /// Bytes of a generation's file; 0 when there is none.
    func size(of number: Int) -> Int {
        var facts = stat()
        return stat(folder(of: number) + "/data.mdb", &facts) == 0 ? Int(facts.st_blocks) * 512 : 0
    }

    /// Bytes that may be written on the disk of state.
    func freeBytes() throws -> Int {
        var facts = statvfs()
        if statvfs(path, &facts) != 0 { throw Self.failure("cannot look at \(path)") }
        return Int(facts.f_bavail) * Int(facts.f_frsize)
    }
}
