import Identifiers

/// What names a store: a small text file, replaced whole.
///
/// ```
/// syncd-store 1
/// log 0123456789abcdef0123456789abcdef
/// owner 0123456789abcdef0123456789abcdef
/// epoch 1
/// ```
struct ControlFile: Equatable, Sendable {
    /// The newest format that this program reads and writes.
    static let format = 1

    /// The log's identity.
    var log: LogID
    /// The base id of the store's own events.
    var owner: BaseID
    /// The epoch that appends belong to.
    var epoch: UInt32

    /// Reads a store's control file.
    ///
    /// - Throws: `notAStore` for a folder without one, `newerFormat` for one of a later syncd.
    init(reading layout: StoreLayout) throws {
        guard let bytes = try Folder.read(layout.control, limit: 4096) else {
            throw EventLogError(
                .notAStore,
                "\(layout.root) is not a syncd store: make one with `syncd init --store \(layout.root)`"
            )
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        var values: [Substring: Substring] = [:]
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { values[words[0]] = words[1] }
        }
        guard let format = values["syncd-store"].flatMap({ Int($0) }) else {
            throw EventLogError(.notAStore, "\(layout.control) is not a syncd control file: restore it from a backup")
        }
        guard format <= Self.format else {
            throw EventLogError(
                .newerFormat,
                "this store was written by a newer syncd (format \(format), this one knows \(Self.format)): "
                    + "use that version"
            )
        }
        guard let log = values["log"].flatMap({ LogID(hex: String($0)) }),
            let owner = values["owner"].flatMap({ BaseID(hex: String($0)) }),
            let epoch = values["epoch"].flatMap({ UInt32($0) }), epoch > 0
        else {
            throw EventLogError(.notAStore, "\(layout.control) is damaged: restore it from a backup")
        }
        self.init(log: log, owner: owner, epoch: epoch)
    }

    /// Makes a control file's content.
    init(log: LogID, owner: BaseID, epoch: UInt32) {
        self.log = log
        self.owner = owner
        self.epoch = epoch
    }

    /// Writes it, durably.
    func write(to layout: StoreLayout) throws {
        let text = "syncd-store \(Self.format)\nlog \(log)\nowner \(owner)\nepoch \(epoch)\n"
        try Folder.write(Array(text.utf8), to: layout.control)
    }
}
