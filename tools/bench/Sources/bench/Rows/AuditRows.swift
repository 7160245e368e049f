/// The rows of what auditors ask for.
extension TestBed {
    /// `audit_verify`: everything read, hashed and put into trees again; the limit is bare SHA-256 over the same bytes, or
    /// the rate of which 0.7 are a million records a second, whichever is less.
    func auditVerify() throws -> Contest {
        var contest = Contest(row: .auditVerify, repeats: sizes.loadingRepeats)
        guard linked.audits else { return contest }
        let audited = try auditedLog()
        let digest = DigestAlone(bytesPerEvent: try audited.recordLength(), total: sizes.bytesAlone)
        contest.limit = .steps([
            Contestant("SHA-256 of the records alone, at most 1.43M") { try min(scanRate(digest.run), 1_000_000 / 0.7) }
        ])
        contest.value = Contestant("verify") { try scanRate(audited.verify) }
        return contest
    }

    /// `prove_one`: the proof of one event out of all, signed.
    func proveOne() throws -> Contest {
        try timed(.proveOne, atMost: 1_000, "1 ms") { try $0.prove() }
    }

    /// `bundle_one`: the proofs of one person's events, and the person's sealed parts.
    func bundleOne() throws -> Contest {
        try timed(.bundleOne, atMost: 100_000, "100 ms") { try $0.bundle() }
    }

    private func timed(
        _ row: RowName,
        atMost limit: Double,
        _ words: String,
        _ step: @escaping (AuditedLog) throws -> Void
    ) throws -> Contest {
        var contest = Contest(row: row, repeats: sizes.readingRepeats, limit: .fixed(limit, words))
        guard linked.audits else { return contest }
        let audited = try auditedLog()
        contest.value = Contestant("log") { [sizes] in
            1_000_000 / (try rate(for: sizes.seconds / 4) { try step(audited) })
        }
        return contest
    }

    private func auditedLog() throws -> AuditedLog {
        if let audited { return audited }
        let made = try AuditedLog(
            folder: folder("audited"),
            keys: folder("audited-keys"),
            events: sizes.rebuilt.many,
            maker: &maker
        )
        audited = made
        return made
    }
}
