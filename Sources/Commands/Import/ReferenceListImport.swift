import Connectors
import Identifiers
import Import
import Projections
import School

/// Imports a public list and tells what became of it.
struct ReferenceListImport {
    private let list: ReferenceList
    private let path: String
    private let request: ReferenceImport.Request

    init(_ list: ReferenceList, path: String, _ request: ReferenceImport.Request) {
        self.list = list
        self.path = path
        self.request = request
    }

    /// Imports the list.
    ///
    /// - Returns: false when rows were parked or removals held.
    func run(in session: Session) throws -> Bool {
        let console = session.console
        let runner = ReferenceImport(
            log: session.log,
            state: session.state,
            actor: try request.isDryRun ? .zero : session.actor().id,
            now: session.clock
        )
        let progress = { (rows: Int) in console.progress("Reading: \(Counts.of(rows, "row"))") }
        let report: ReferenceReport
        switch list {
        case .links: report = try runner.run(try GIASLinks.read(path: path, progress: progress), request)
        case .establishments:
            report = try runner.run(try GIASEstablishments.read(path: path, progress: progress), request)
        }
        console.endProgress()
        try session.state.catchUp()
        let result = ReferenceListResult(report: report, mode: request.mode)
        try console.say(result.json)
        try console.say(result.text)
        result.remarks.forEach(console.remark)
        return report.parked == 0 && report.held == 0
    }
}
