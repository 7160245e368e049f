import EventLog

/// Sizes and protections that tests change by environment; a release build knows none of them.
enum TestSettings {
    /// Applies SYNCD_TEST_SEGMENT_BYTES and SYNCD_TEST_UNSAFE to a log's settings.
    ///
    /// - Throws: `settingUnknown`, so that a misspelt twin test cannot pass by testing nothing.
    static func apply(to settings: inout LogSettings, _ environment: [String: String]) throws {
        #if DEBUG
            if let text = environment["SYNCD_TEST_SEGMENT_BYTES"] {
                guard let bytes = Int(text), bytes > 0 else {
                    throw CommandError(.settingUnknown, "SYNCD_TEST_SEGMENT_BYTES is not a number of bytes.")
                }
                settings.segmentBytes = bytes
            }
            for name in (environment["SYNCD_TEST_UNSAFE"] ?? "").split(separator: ",") {
                guard let unsafe = LogSettings.Unsafe(rawValue: String(name)) else {
                    let known = LogSettings.Unsafe.allCases.map(\.rawValue).joined(separator: ", ")
                    throw CommandError(.settingUnknown, "SYNCD_TEST_UNSAFE names no protection; there are \(known).")
                }
                settings.unsafe.insert(unsafe)
            }
        #endif
    }
}
