import Connectors
import Foundation
import School

extension FuzzEntry {
    /// Transfer files: the XML as the reading process gets it, and the frames as we get them from that process.
    static let transfers: [FuzzEntry] = [
        FuzzEntry("ctf", "a Common Transfer File, parsed and made into records") { bytes in
            var limits = XMLLimits()
            limits.buffer = 64
            try read(bytes, CTFReadingHere(limits: limits), limits)
        },
        FuzzEntry("ctf-frames", "what a reading process under hostile command may write") { bytes in
            try read(Array("frames".utf8), Frames(bytes: bytes), XMLLimits())
        },
    ]

    private static func read(_ bytes: [UInt8], _ reading: some CTFReading, _ limits: XMLLimits) throws {
        try ScratchFolder.withFile(bytes) { path in
            let file = try CTFFile(path: path, reading: reading, limits: limits)
            try CTFSource(file, base: "0011001", known: NobodyKnown()).read { _ in }
        }
    }

    /// A reading process that writes these bytes, whatever the file, in two pieces.
    private struct Frames: CTFReading {
        let bytes: [UInt8]

        func read(descriptor: CInt, size: Int, _ receive: (UnsafeRawBufferPointer) throws -> Bool) throws {
            try bytes.withUnsafeBytes { all in
                let half = all.count / 2
                guard try receive(UnsafeRawBufferPointer(rebasing: all[..<half])) else { return }
                _ = try receive(UnsafeRawBufferPointer(rebasing: all[half...]))
            }
        }
    }

    /// A source that has never told of anybody.
    private struct NobodyKnown: KnownPupils {
        func identity(ofKey key: String) -> PupilIdentity? { nil }
        func keys(upn: String) -> [String] { [] }
        func keys(allFour: String) -> [String] { [] }
        func content(of group: DataGroup, _ kind: EntityKind, key: String) -> GroupContent? { nil }
    }
}
