import Crypto
import Foundation

/// The data keys of a store, read from its key file and key folder by the document alone.
struct DocumentedKeys {
    /// A data key and whose it is.
    struct DataKey {
        let subject: [UInt8]
        let dataClass: UInt64
        let key: SymmetricKey
    }

    private(set) var byID: [[UInt8]: DataKey] = [:]
    /// Counted from 1; in a later one keys may be missing that were destroyed.
    let generation: UInt64
    /// How many pages the file has, page 0 among them.
    private(set) var pages = 0

    private static let sector = 512

    /// Reads the newest `keys.<generation>` under the key-encryption key of that generation.
    init(store: URL, keys: URL, log: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: store.appending(path: "keys").path)
        let numbers = files.compactMap { $0.hasPrefix("keys.") ? UInt64($0.dropFirst(5)) : nil }
        guard let generation = numbers.max() else { throw NotAsDocumented("there is no key file") }
        self.generation = generation
        let encryption = try Self.encryptionKey(keys.appending(path: "\(log).\(generation).key"), log, generation)
        let file = [UInt8](try Data(contentsOf: store.appending(path: "keys/keys.\(generation)")))
        var next = 0
        while next * Self.sector < file.count {
            next = try readGroup(file, at: next, log, generation, encryption)
        }
    }

    private static func encryptionKey(_ path: URL, _ log: String, _ generation: UInt64) throws -> SymmetricKey {
        let file = [UInt8](try Data(contentsOf: path))
        let fields = try Fields("key-encryption key", of: file)
        let key = SymmetricKey(data: try fields["key"])
        let code = HMAC<SHA256>.authenticationCode(for: file[..<32], using: key)
        guard try fields["code"] == Array(code), try fields["log id"].hex == log,
            try fields.number("generation") == generation, file.count == fields.layout.count
        else { throw NotAsDocumented("the key-encryption key's file") }
        return key
    }

    /// Reads the group of pages that begins at a sector, in both copies; gives the sector behind it.
    private mutating func readGroup(
        _ file: [UInt8],
        at sector: Int,
        _ log: String,
        _ generation: UInt64,
        _ encryption: SymmetricKey
    ) throws -> Int {
        var sector = sector
        var end = 0
        var last = pages
        repeat {
            let bytes = file[(sector * Self.sector)...]
            let header = try Fields("page header", of: bytes)
            let length = header.layout.count + (try header.count("row count")) * (try header.count("row length")) + 16
            let sectors = (length + Self.sector - 1) / Self.sector
            let page = Array(bytes.prefix(sectors * Self.sector))
            let second = try header.count("sector of the second copy")
            last = try header.count("last page of its group")
            guard try header.count("page number") == pages, try header.count("sector of the first copy") == sector,
                Array(file[(second * Self.sector)...].prefix(page.count)) == page,
                second / 8 > (sector + sectors - 1) / 8,
                page[length...].allSatisfy({ $0 == 0xA5 }), try header["log id"].hex == log,
                try header.number("generation") == generation,
                try header["check"] == Array(SHA256.hash(data: page[..<64] + page[72..<length]).prefix(8)),
                try header["nonce"].prefix(4) == header["page number"][...]
            else { throw NotAsDocumented("page \(pages) of the key file") }
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: try header["nonce"]),
                ciphertext: page[72..<length - 16],
                tag: page[(length - 16)..<length]
            )
            try take(rows: [UInt8](AES.GCM.open(box, using: encryption, authenticating: page[..<64])))
            pages += 1
            sector += sectors
            end = second + sectors
        } while pages <= last
        return end
    }

    private mutating func take(rows: [UInt8]) throws {
        for start in stride(from: 0, to: rows.count, by: 72) {
            let row = try Fields("key row", of: rows[start...])
            guard try row.number("kind") == 1 else { continue }
            byID[try row["key id"]] = DataKey(
                subject: try row["subject"],
                dataClass: try row.number("data class"),
                key: SymmetricKey(data: try row["data key"])
            )
        }
    }
}
