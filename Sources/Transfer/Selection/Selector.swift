import Identifiers
import School

/// Chooses what a run tells: the changes of a base in (lower, upper], reduced to one line a pupil, through the gate and
/// the hash cache.
///
/// Pure but for what it reads.
public struct Selector {
    let state: any TransferState
    let request: SelectionRequest
    let code: ContentCoder
    var selection = Selection()
    var leftOut = 0

    private init(_ state: any TransferState, _ request: SelectionRequest, _ code: @escaping ContentCoder) {
        self.state = state
        self.request = request
        self.code = code
    }

    /// Selects.
    ///
    /// - Parameters:
    ///   - request: what the run asks for.
    ///   - state: what it reads; its position is the upper bound.
    ///   - code: codes a content under the pupil's data key.
    /// - Throws: what reading and coding throw.
    public static func select(
        _ request: SelectionRequest,
        from state: any TransferState,
        code: @escaping ContentCoder
    ) throws -> Selection {
        var selector = Selector(state, request, code)
        for (pupil, touched) in try selector.touched().sorted(by: { $0.key < $1.key }) {
            try selector.consider(pupil, touched)
        }
        selector.finish()
        return selector.selection
    }

    /// Everyone who is looked at, and which groups of them.
    private func touched() throws -> [SubjectID: Set<DataGroup>] {
        var touched: [SubjectID: Set<DataGroup>] = [:]
        if request.export.purpose == .endOfSharing || request.looksAtEveryone {
            try state.forEachSent(from: request.base, to: request.recipient) { touched[$0] = [] }
        }
        if request.export.purpose == .endOfSharing { return touched }
        if request.looksAtEveryone {
            try state.forEachPupil(at: request.base) { touched[$0] = Set(request.groups) }
        } else if request.marks != nil {
            try touchMarks(&touched)
        } else {
            try state.forEachChange(at: request.base, after: request.lower) { pupil, group in
                touched[pupil, default: []].formUnion(group.map { [$0] } ?? [])
            }
            if request.groups.contains(.classMembership) {
                try state.forEachClassChange(at: request.base, after: request.lower) {
                    touched[$0, default: []].insert(.classMembership)
                }
            }
            // No event says that a day has come.
            try state.forEachLeaving(at: request.base, from: request.lastDay, through: request.today) {
                touched[$0, default: []].formUnion([])
            }
        }
        return touched
    }

    /// Whose marks changed, and who may have come into the cohort.
    private func touchMarks(_ touched: inout [SubjectID: Set<DataGroup>]) throws {
        try state.forEachMarkChange(at: request.base, after: request.lower) { touched[$0] = [.attendance] }
        guard let deciding = request.cohort.decidingGroup else { return }
        try state.forEachChange(at: request.base, after: request.lower) { pupil, group in
            if group == deciding { touched[pupil, default: []].insert(deciding) }
        }
    }

    private mutating func consider(_ pupil: SubjectID, _ touched: Set<DataGroup>) throws {
        let sent = try state.sent(pupil, from: request.base, to: request.recipient)
        if try state.standing(of: pupil, at: request.base) == .erased {
            // Whatever was told before, the sharing's end included: whoever has the data is told that it is erased.
            if let sent, sent.change != .erased { notice(.erased, of: pupil) }
            return
        }
        if request.export.purpose == .endOfSharing {
            if let sent, sent.change.isHeld { notice(.sharingEnded, of: pupil) }
            return
        }
        if request.cohort == .leavers { return try considerLeaver(pupil, touched, sent) }
        let standing = try standing(of: pupil)
        if standing == .present, try !isInCohort(pupil) { return try considerOutsider(pupil, touched, sent) }
        guard standing == .present || request.tellsStanding else { return }
        switch standing {
        case .present: try tellPresent(pupil, touched, sent)
        case .left:
            // Sent once more, then no more; who was never sent is not told of (rulings 22, S1-20).
            // What changed during an absence was not told then.
            guard let sent else { break }
            guard sent.change.isOpen else {
                if sent.change == .left { try takeBack(from: pupil, .left, touched, sent) }
                break
            }
            if try state.mainBase(of: pupil) == request.base {
                let groups = sent.change == .absent ? Set(request.groups) : touched.union([.registration])
                try tell(pupil, .left, groups, cache: sent.codes)
            } else {
                try tellLeftForAnother(pupil, sent)
            }
        case .elsewhere:
            // What is held now is the other base's: the notice says only that this one is left (rulings 35).
            if let sent, sent.change.isOpen { notice(.left, of: pupil) }
        case .absent:
            if let sent, sent.change.isCurrent { notice(.absent, of: pupil) }
        case .deletedAtSource:
            if let sent, sent.change.isOpen || sent.change == .left { notice(.deletedAtSource, of: pupil) }
        case .erased: break
        }
    }

    /// A pupil who has a leaving date that has come, or whose registration is a previous one, has left, whatever the
    /// exports go on to say, and also when they say nothing any more (rulings 21).
    func standing(of pupil: SubjectID) throws -> PupilStanding {
        let standing = try state.standing(of: pupil, at: request.base)
        guard standing == .present || standing == .absent else { return standing }
        let registration = try state.content(of: .registration, of: pupil, at: request.base)?.rows.last
        if let leaving = registration?[.leavingDate], leaving <= request.today { return .left }
        return registration?[.enrolmentStatus] == "P" ? .left : standing
    }

    /// Tells that a pupil has left who is another base's now.
    ///
    /// The record that is held is the other base's, whose head may not have accepted. What is this one's own is the old
    /// registration; whom it is about is said only as far as the recipient was told by this base and nothing has changed
    /// since, else the notice stands alone.
    private mutating func tellLeftForAnother(_ pupil: SubjectID, _ sent: SentState) throws {
        let details = try self.granted(.basicDetails, of: pupil)
        guard let details, let known = sent.codes[.basicDetails],
            try code(details.codedBytes, pupil, .basicDetails) == known
        else { return notice(.left, of: pupil) }
        let told = try compose(pupil, .left, [.registration], cache: sent.codes)
        if told.groups.isEmpty { notice(.left, of: pupil) } else { tell(told) }
    }

    private mutating func tellPresent(_ pupil: SubjectID, _ touched: Set<DataGroup>, _ sent: SentState?) throws {
        guard let sent, sent.change.isCurrent else {
            // New to this recipient, or told as gone before: nothing is taken as known.
            try tell(pupil, sent == nil ? .new : .changed, Set(request.groups), cache: nil, held: sent?.codes)
            return
        }
        // Who may just have come into the cohort: what is known already is trapped.
        let mayBeNew = request.cohort.decidingGroup.map(touched.contains) ?? false
        try tell(pupil, .changed, mayBeNew ? touched.union(request.groups) : touched, cache: sent.codes)
    }

    /// Tells what differs from the cache, if anything does.
    mutating func tell(
        _ pupil: SubjectID,
        _ change: PupilChange,
        _ touched: Set<DataGroup>,
        cache: [DataGroup: [UInt8]]?,
        held: [DataGroup: [UInt8]]? = nil
    ) throws {
        var told = try compose(pupil, change, touched, cache: cache, held: held)
        // That a pupil is there is told by tasks about the record alone.
        let isNews = !told.groups.isEmpty || !told.cleared.isEmpty || (change != .changed && request.tellsStanding)
        // A snapshot names everyone in reach: who is missing from it is out of reach (schemas/exchange/ces.md).
        guard isNews || request.namesEveryone else { return }
        if request.format.tellsWholePupils { try complete(&told, touched) }
        tell(told, isNews: isNews)
    }

    /// Adds the granted groups that did not change.
    private mutating func complete(_ told: inout SelectedPupil, _ touched: Set<DataGroup>) throws {
        let known = Set(told.groups.map(\.group) + told.cleared)
        for group in request.groups where !known.contains(group) {
            let granted = try self.granted(group, of: told.pupil)
            guard let granted, !granted.content.rows.isEmpty,
                let code = try code(granted.codedBytes, told.pupil, group)
            else { continue }
            told.add(granted, code: code)
            if touched.contains(group) {
                // It was taken for trapped, and goes after all.
                selection.counts.trapped -= 1
                leftOut -= 1
            } else {
                selection.counts.withheld += granted.withheld
            }
        }
    }

    /// What of a pupil's data group may leave now; nil when there is nothing of it.
    func granted(_ group: DataGroup, of pupil: SubjectID) throws -> GrantedContent? {
        try GrantedContent(
            group,
            of: pupil,
            at: request.base,
            in: state,
            under: request.export,
            for: request.format,
            marks: request.marks
        )
    }

    /// Puts together what differs from the cache.
    ///
    /// - Parameters:
    ///   - cache: codes of what the recipient has; nil to tell everything.
    ///   - held: groups that the recipient may have although everything is told; those that are empty now are cleared.
    mutating func compose(
        _ pupil: SubjectID,
        _ change: PupilChange,
        _ touched: Set<DataGroup>,
        cache: [DataGroup: [UInt8]]?,
        held: [DataGroup: [UInt8]]? = nil
    ) throws -> SelectedPupil {
        let deciding = request.cohort.decidingGroup.map { Set([$0]) } ?? []
        selection.counts.dropped += touched.subtracting(request.export.groups).subtracting(deciding).count
        let identity = try self.granted(.basicDetails, of: pupil)
        var told = SelectedPupil(pupil, change, identity: identity?.content.rows.first)
        for group in request.groups where touched.contains(group) {
            let known = (cache ?? held)?[group]
            let granted = try self.granted(group, of: pupil)
            selection.counts.withheld += granted?.withheld ?? 0
            guard let granted, !granted.content.rows.isEmpty else {
                // Marks are of a period: that it has none now says nothing of those of before.
                if known != nil, group != .attendance { told.cleared.append(group) }
                continue
            }
            // Without its key the content is about to be gone for good.
            guard let code = try code(granted.codedBytes, pupil, group) else { continue }
            if cache != nil, known == code, !request.ignoresCache {
                selection.counts.trapped += 1
                leftOut += 1
                continue
            }
            told.add(granted, code: code)
        }
        told.deletedAtSource = try state.groupsDeleted(
            of: told,
            among: request.groups,
            at: request.base,
            under: request.export,
            for: request.format,
            marks: request.marks
        )
        return told
    }

    private mutating func notice(_ change: PupilChange, of pupil: SubjectID) { tell(SelectedPupil(pupil, change)) }

    mutating func tell(_ pupil: SelectedPupil, isNews: Bool = true) {
        selection.pupils.append(pupil)
        selection.hasNews = selection.hasNews || isNews
    }

    private mutating func finish() {
        guard selection.hasNews else {
            selection.pupils = []
            return
        }
        selection.isFull = request.namesEveryone && leftOut == 0
        selection.counts.sentPupils = selection.pupils.count
        selection.counts.sentGroups = selection.pupils.reduce(0) { $0 + $1.groups.count + $1.cleared.count }
    }
}

extension PupilChange {
    /// True while the recipient counts on hearing more of the pupil.
    var isOpen: Bool { isCurrent || self == .absent }

    /// True while the recipient holds data of the pupil under what the school has accepted; leavers' data, too.
    var isHeld: Bool { isOpen || self == .left || self == .outOfReach }
}
