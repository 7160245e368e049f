import Connectors
import Foundation

/// The program as the process that parses hostile files for another: no store, no console, no command line.
enum ReadingProcess {
    /// Does the work.
    ///
    /// - Returns: the exit code.
    static func run() -> Int32 {
        #if DEBUG
            let name = ProcessInfo.processInfo.environment[CTFMisbehaviour.variable]
            if let misbehaviour = name.flatMap(CTFMisbehaviour.init) { return CTFReaderProcess.run(misbehaviour) }
        #endif
        return CTFReaderProcess.run()
    }

    /// How a session starts that process.
    static func reading(_ session: Session) -> CTFChildReading {
        #if DEBUG
            if let reader = session.testSettings.reader {
                return CTFChildReading(
                    environment: ["\(CTFMisbehaviour.variable)=\(reader.rawValue)"],
                    patience: 1_000
                )
            }
        #endif
        return CTFChildReading()
    }
}
