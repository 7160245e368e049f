import EventLog

extension FuzzEntry {
    /// The log's own files.
    ///
    /// Checksums are put right first: damage that they find is found, and the fuzzer would never get past them.
    static let logFormats: [FuzzEntry] = [
        FuzzEntry("wal", "a WAL segment: frames, and the records in them") { bytes in
            try ScratchFolder.withFile(Checksums.mended(segment: bytes)) { try UntrustedBytes.readSegment($0) }
        },
        FuzzEntry("record", "one record") { bytes in
            try bytes.withUnsafeBytes { try UntrustedBytes.readRecord($0) }
        },
        FuzzEntry("block", "a block of records in the log's file") { bytes in
            try Checksums.mended(block: bytes).withUnsafeBytes { try UntrustedBytes.readBlock($0) }
        },
        FuzzEntry("key-file", "a key file: which copies of its pages are whole") { bytes in
            try ScratchFolder.withFile(Checksums.mended(keyFile: bytes)) { try UntrustedBytes.readKeyFile($0) }
        },
    ]
}
