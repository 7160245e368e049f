import Audit
import Connectors
import EventLog
import Identifiers
import Projections
import School
import Transfer

extension Session {
    /// Proves what transfer files tell; the trees are brought up to the run's upper bound when one is made.
    func transferProver() -> TransferProver {
        { [store] request in
            let audit = try store.auditTrail()
            try audit.catchUp()
            let positions = try store.state.read { try Self.positions(of: request, in: $0) }
            let proof = try audit.range(
                at: request.base,
                epoch: request.epoch,
                after: request.after,
                through: request.through,
                telling: positions,
                at: request.time
            )
            return proof.map { proof in
                ManifestProof(
                    checkpoints: [proof.before, proof.after].compactMap { $0?.written },
                    proof: CESProof(
                        sizes: (proof.fromSize, proof.toSize),
                        frontier: proof.frontier,
                        consistency: proof.consistency,
                        hashes: proof.hashes,
                        leaves: proof.leaves
                    )
                )
            }
        }
    }

    /// A key to sign manifests with, before the first run; durable on return.
    func makeFirstAuditKey() throws {
        if try AuditKey.all(in: log).isEmpty { try makeAuditKey() }
    }

    /// Where in the range stands what a file tells.
    private static func positions(of request: ProofRequest, in snapshot: borrowing Snapshot) throws -> Set<Position> {
        var positions: Set<Position> = []
        for (pupil, groups) in request.told {
            try snapshot.history(of: pupil) { entry in
                let isInRange = request.after < entry.position && entry.position <= request.through
                if isInRange, let group = entry.group, groups.contains(group) { positions.insert(entry.position) }
                return true
            }
        }
        return positions
    }
}
