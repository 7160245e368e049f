import Connectors
import EventLog
import Identifiers
import School

/// What a manifest is to prove: that nothing of a base's was left out between two positions.
public struct ProofRequest: Sendable {
    /// The base.
    public var base: BaseID
    /// The epoch that the file is of.
    public var epoch: UInt32
    /// Everything up to here was told before.
    public var after: Position
    /// Everything up to here is told now.
    public var through: Position
    /// When the file was made.
    public var time: Timestamp
    /// Whose data groups are in the file.
    public var told: [SubjectID: Set<DataGroup>]
}

/// The proof of a manifest.
public struct ManifestProof: Sendable {
    /// The signed heads before and after, as text; one alone when the tree had no leaves before.
    public var checkpoints: [String]
    /// What leads from the one to the other.
    public var proof: CESProof

    /// Makes a proof.
    public init(checkpoints: [String], proof: CESProof) {
        self.checkpoints = checkpoints
        self.proof = proof
    }
}

/// Proves what a manifest tells; the same request gives the same proof for ever, or a file could not be made again.
///
/// It answers nil when the store had no key to sign with.
public typealias TransferProver = @Sendable (ProofRequest) throws -> ManifestProof?

extension Selection {
    /// What is to be proven of a file with this selection.
    func proofRequest(_ facts: RenderingFacts) -> ProofRequest {
        var told: [SubjectID: Set<DataGroup>] = [:]
        for pupil in pupils { told[pupil.pupil] = Set(pupil.groups.map(\.group) + pupil.cleared) }
        return ProofRequest(
            base: facts.run.base,
            epoch: facts.epoch,
            after: facts.told,
            through: facts.run.upper,
            time: facts.file.renderedAt,
            told: told
        )
    }
}
