import Glibc

/// Who turns the bytes of a file into frames.
public protocol CTFReading: Sendable {
    /// Reads an open file from its beginning, and hands the frames out as bytes.
    ///
    /// - Parameters:
    ///   - descriptor: the file, open for reading.
    ///   - size: its length in bytes.
    ///   - receive: takes bytes in order; false ends the reading.
    /// - Throws: `CTFReaderFailure` when whoever reads failed; what `receive` throws.
    func read(descriptor: CInt, size: Int, _ receive: (UnsafeRawBufferPointer) throws -> Bool) throws
}

/// The reading process ended, hung or could not begin.
public struct CTFReaderFailure: Error, Sendable, Equatable {
    /// What happened, in words that hold nothing of the file.
    public var what: String

    /// Makes a failure.
    public init(_ what: String) { self.what = what }
}

/// Reads in this process: for files that we have made ourselves, in tests and measurements.
public struct CTFReadingHere: CTFReading {
    private let limits: XMLLimits

    /// Makes a reading.
    public init(limits: XMLLimits = XMLLimits()) { self.limits = limits }

    /// Reads an open file from its beginning.
    public func read(descriptor: CInt, size: Int, _ receive: (UnsafeRawBufferPointer) throws -> Bool) throws {
        var failure: (any Error)?
        withoutActuallyEscaping(receive) { receive in
            let parser = CTFParser(
                limits: limits,
                read: { Glibc.read(descriptor, $0.baseAddress, $0.count) },
                write: { bytes in
                    do { return try receive(bytes) } catch {
                        failure = error
                        return false
                    }
                }
            )
            parser.run()
        }
        if let failure { throw failure }
    }
}
