import Foundation
import School
import Sealing

/// The manifest beside one of our own files, read and checked against the file (`schemas/exchange/ces.md` section 4).
struct CTFManifest: Sendable {
    /// The manifest.
    let content: CESManifest
    /// For each `Pupil` element, from 1, the line that describes it.
    let lines: [Int]

    /// Bytes of a manifest: one line a pupil for a file at its limit.
    private static let longest = 256 << 20

    /// The path of the manifest of a file; nil for a file whose name is not one of ours.
    static func path(beside path: String) -> String? {
        guard let name = CESFileName(InputFile.name(of: path)) else { return nil }
        return String(path.dropLast(name.description.count)) + name.manifest
    }

    /// Reads and checks a manifest.
    ///
    /// - Parameters:
    ///   - path: where the manifest is.
    ///   - file: where the file is that it describes.
    ///   - header: what the file's own header says.
    /// - Throws: `SourceError` with code `manifest` when the two do not fit together.
    init(path: String, beside file: String, header: CTFHeader) throws {
        let name = InputFile.name(of: path)
        func fault(_ reason: String) -> SourceError { SourceError(.manifest, file: name, reason) }
        let input = try InputFile(path: path)
        guard input.stamp.size <= Self.longest else { throw fault("is larger than any manifest") }
        do {
            let bytes = try input.readAll()
            content = try JSONDecoder().decode(CESManifest.self, from: Data(bytes))
        } catch let error as SourceError {
            throw error
        } catch {
            throw fault("is no manifest: get file and manifest again")
        }
        guard content.formatVersion == 1 else {
            throw fault("has a version that is not read here: install a newer syncd")
        }
        let named = CESFileName(InputFile.name(of: file))
        guard let named, content.file == named.description, content.source == named.source.description,
            content.destination == named.destination.description, content.source == header.source.description,
            content.destination == header.destination
        else { throw fault("and the file differ in name, source or destination: get both again") }
        guard content.fromPosition <= content.toPosition else { throw fault("has positions that run backwards") }
        lines = try Self.checked(content, fault)
        guard try InputFile.digest(of: file) == content.sha256 else {
            throw fault("does not fit the file: the file was changed or cut short on its way; get both again")
        }
    }

    /// Checks that the lines account for each element once, and that each says what its change may say.
    private static func checked(_ content: CESManifest, _ fault: (String) -> SourceError) throws -> [Int] {
        let supported = Set(CESGroups.supported.map(\.name))
        var ids: Set<String> = []
        var counts: [String: Int] = [:]
        var lines = [Int](repeating: -1, count: content.pupils.count { $0.element != nil })
        for (index, line) in content.pupils.enumerated() {
            guard isIdentifier(line.recipientId), ids.insert(line.recipientId).inserted else {
                throw fault("has a pupil without an id, or with two lines")
            }
            counts[line.change.rawValue, default: 0] += 1
            let groups = line.groups + line.clearedGroups
            guard supported.isSuperset(of: groups), Set(groups).count == groups.count else {
                throw fault("names a data group that is not known, or one twice for a pupil: install a newer syncd")
            }
            guard let element = line.element else {
                guard groups.isEmpty, !line.change.carriesData || line.change == .left else {
                    throw fault("tells data of a pupil and no element")
                }
                continue
            }
            guard line.change.carriesData, lines.indices.contains(element - 1), lines[element - 1] == -1 else {
                throw fault("names an element twice, or one that is not there")
            }
            lines[element - 1] = index
        }
        guard counts == content.counts else { throw fault("has counts that are not those of its lines") }
        return lines
    }

    private static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The file's place in the sender's log.
    var transfer: ReceivedTransfer {
        ReceivedTransfer(
            log: content.logId,
            epoch: content.epoch,
            task: content.task,
            run: content.run,
            sender: content.source,
            formerSenders: content.formerSources ?? [],
            isSnapshot: content.kind == .snapshot,
            fromPosition: content.fromPosition,
            toPosition: content.toPosition
        )
    }
}

extension InputFile {
    /// All bytes of a small file.
    fileprivate func readAll() throws(SourceError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: stamp.size)
        var failure: SourceError?
        let count = bytes.withUnsafeMutableBytes { space in
            do throws(SourceError) { return try read(into: space) } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return Array(bytes.prefix(count))
    }

    /// SHA-256 of a file, 64 hexadecimal digits.
    fileprivate static func digest(of path: String) throws(SourceError) -> String {
        let input = try InputFile(path: path)
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { space.deallocate() }
        var hash = SHA256()
        while true {
            let count = try input.read(into: space)
            hash.update(UnsafeRawBufferPointer(rebasing: space[..<count]))
            if count < space.count { break }
        }
        try input.checkUnchanged()
        return hash.finish().bytes.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
