import EventLog
import Identifiers
import School
import Transfer

extension Session {
    /// The runner of this store's tasks.
    func transferRunner() throws -> TransferRunner {
        TransferRunner(
            log: log,
            states: transferStates,
            outbox: Outbox(folder: place.layout.outbox),
            actor: try actor().id,
            now: clock,
            unsafe: testSettings.transfers,
            prover: transferProver(),
            turn: turn
        )
    }

    /// State as transfers read it.
    var transferStates: ProjectedStates {
        ProjectedStates(state: state, log: log, scratch: place.layout.temporary)
    }
}

extension StoreLayout {
    /// Files that wait for delivery; empty unless a run is at work or was killed.
    var outbox: String { root + "/outbox" }
}
