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
        let followUp: BaseFollowUp
        switch list {
        case .links:
            let done = try runner.run(try GIASLinks.read(path: path, progress: progress), request)
            try session.state.catchUp()
            report = done.report
            followUp = try BaseFollowUp(in: session, links: done.list)
        case .establishments:
            let done = try runner.run(try GIASEstablishments.read(path: path, progress: progress), request)
            try session.state.catchUp()
            report = done.report
            followUp = try BaseFollowUp(in: session, establishments: done.list)
        }
        console.endProgress()
        let steps = try followUp.run(isDryRun: request.isDryRun)
        let result = ReferenceListResult(report: report, steps: steps, mode: request.mode)
        try console.say(result.json)
        try console.say(result.text)
        result.remarks.forEach(console.remark)
        return report.parked == 0 && report.held == 0
    }
}
