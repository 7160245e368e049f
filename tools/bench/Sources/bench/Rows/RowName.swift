/// The rows of the performance table, named as there and in its order.
enum RowName: String, CaseIterable {
    /// One event a call, one caller.
    case append1 = "append_1"
    /// One event a call, 32 tasks at once.
    case append1x32 = "append_1_x32"
    /// 1,000 sealed events a call.
    case append1000Sealed = "append_1000_sealed"
    /// A sustained import.
    case appendBulk = "append_bulk"
    /// A warm scan of the leaves.
    case replayLeaves = "replay_leaves"
    /// A warm scan, opened and decoded.
    case replayOpen = "replay_open"
    /// The LMDB file over the records' own bytes.
    case bytesPerEvent = "bytes_per_event"
    /// 100 changes among 1,000,000 pupils.
    case changed100 = "changed_100"
    /// All state, made again from a log of a million events.
    case rebuild
    /// The same from ten million.
    case rebuild10x = "rebuild_10x"
    /// One person's history, opened, out of ten million events.
    case historyOne = "history_one"
    /// A backup of the smaller log, read back as it is written.
    case backup
    /// A store made from that backup, its state with it.
    case restore
    /// A transfer file, read to records.
    case ctfRead = "ctf_read"
    /// An export of a whole authority that says what is known.
    case importUnchanged = "import_unchanged"
    /// The same export into an empty store.
    case importFirst = "import_first"
    /// A whole log, checked.
    case auditVerify = "audit_verify"
    /// One event, proven, out of ten million.
    case proveOne = "prove_one"
    /// One person's events, proven.
    case bundleOne = "bundle_one"

    /// The unit of every figure of the row.
    var unit: String {
        switch self {
        case .append1, .append1x32, .append1000Sealed, .appendBulk, .replayLeaves, .replayOpen, .restore, .auditVerify:
            "events/s"
        case .bytesPerEvent: "bytes/event"
        case .changed100, .historyOne, .proveOne, .bundleOne: "us"
        case .rebuild, .rebuild10x: "parts/s"
        case .ctfRead, .backup: "MB/s"
        case .importUnchanged, .importFirst: "rows/s"
        }
    }

    /// What the row must reach.
    var bars: [Bar] {
        switch self {
        case .append1: [Bar(.atLeast, 0.9, of: .limit), Bar(.above, 1, of: .peer)]
        case .append1x32: [Bar(.atLeast, 10, of: .limit)]
        case .append1000Sealed: [Bar(.atLeast, 5, of: .peer)]
        case .appendBulk: [Bar(.above, 1, of: .peer)]
        case .replayLeaves: [Bar(.atLeast, 8, of: .peer)]
        case .replayOpen: [Bar(.atLeast, 0.85, of: .limit)]
        case .bytesPerEvent: [Bar(.atMost, 1.1, of: .limit)]
        case .changed100: [Bar(.atMost, 1, of: .limit), Bar(.atMost, 1.2, of: .peer)]
        case .rebuild: [Bar(.atLeast, 1, of: .limit), Bar(.above, 1, of: .peer)]
        case .rebuild10x: [Bar(.atLeast, 1, of: .limit), Bar(.atLeast, 0.75, of: .peer)]
        case .historyOne, .proveOne, .bundleOne: [Bar(.atMost, 1, of: .limit)]
        case .auditVerify: [Bar(.atLeast, 0.7, of: .limit)]
        case .backup: [Bar(.atLeast, 1 / 3, of: .peer)]
        case .restore: [Bar(.atLeast, 1, of: .limit)]
        case .ctfRead: [Bar(.atLeast, 0.5, of: .peer)]
        case .importUnchanged: [Bar(.atLeast, 1, of: .limit), Bar(.atMost, 200, of: .memory)]
        case .importFirst: [Bar(.above, 1, of: .peer)]
        }
    }
}

/// One condition that a row must meet.
struct Bar {
    /// Which side of the factor is good.
    enum Sense: String {
        /// The factor or more.
        case atLeast = ">="
        /// More than the factor.
        case above = ">"
        /// The factor or less.
        case atMost = "<="
    }

    /// What the value is divided by.
    enum Yardstick: String {
        /// The row's limit.
        case limit
        /// The row's peer.
        case peer
        /// A megabyte of anonymous memory; it is the peak that is held against it, not the row's value.
        case memory = "MB of memory"
    }

    /// Which side is good.
    let sense: Sense
    /// The ratio to reach.
    let factor: Double
    /// What the value is divided by.
    let yardstick: Yardstick

    /// Makes a condition.
    init(_ sense: Sense, _ factor: Double, of yardstick: Yardstick) {
        self.sense = sense
        self.factor = factor
        self.yardstick = yardstick
    }

    /// Whether a ratio meets the condition; nil when there is no ratio.
    func isMet(limit: Double?, peer: Double?, memory: Double? = nil) -> Bool? {
        let found: Double? =
            switch yardstick {
            case .limit: limit
            case .peer: peer
            case .memory: memory
            }
        guard let ratio = found else { return nil }
        return switch sense {
        case .atLeast: ratio >= factor
        case .above: ratio > factor
        case .atMost: ratio <= factor
        }
    }
}
