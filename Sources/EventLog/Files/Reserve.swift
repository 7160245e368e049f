import Glibc

/// Disk space held back for the day the disk is full, so that recovery and erasure can run (log.md section 2).
enum Reserve {
    /// Makes the reserve if it is not there; a disk too full for it is no reason to fail.
    static func hold(_ layout: StoreLayout, bytes: Int) {
        guard bytes > 0, access(layout.reserve, F_OK) != 0,
            let file = try? OpenFile(layout.reserve, O_RDWR | O_CREAT)
        else { return }
        if posix_fallocate(file.descriptor, 0, off_t(bytes)) != 0 { unlink(layout.reserve) }
    }

    /// Does work that needs space, on a full disk once more with the reserve given back.
    ///
    /// LMDB cannot always tell a full disk from one that fails, so its errors are all given the second try.
    static func helping<Result>(_ layout: StoreLayout, _ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as EventLogError where error.code != .diskFull {
            throw error
        } catch {
            guard release(layout) else { throw error }
            return try work()
        }
    }

    /// Gives the space back.
    ///
    /// - Returns: true when there was something to give.
    static func release(_ layout: StoreLayout) -> Bool {
        unlink(layout.reserve) == 0
    }
}
