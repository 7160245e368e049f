import School

extension OneRosterPeople {
    /// Lays beside the people of a batch what the other files say of them.
    func join(
        _ batch: inout [OneRosterPerson],
        _ kind: EntityKind,
        tellsFaults: Bool,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        let places = Dictionary(batch.indices.map { (batch[$0].id, $0) }) { first, _ in first }
        if !hasRolesFile {
            for index in batch.indices { batch[index].roles = OneRosterRole.inUser(batch[index].user) }
        } else if source.filled.contains(.roles) {
            try source.scan(.roles, tellsFaults: tellsFaults, receive) { row in
                guard row.state == .active, let index = places[row["userSourcedId"]] else { return }
                batch[index].roles.append(OneRosterRole(row))
            }
        }
        if source.filled.contains(.demographics) {
            try source.scan(.demographics, tellsFaults: tellsFaults, receive) { row in
                guard row.state == .active, let index = places[row.id] else { return }
                batch[index].demographics = row
            }
        }
        // Rows with one sourcedId are told as such by the import; each gets what the others have.
        for index in batch.indices {
            guard let first = places[batch[index].id], first != index else { continue }
            if hasRolesFile { batch[index].roles = batch[first].roles }
            batch[index].demographics = batch[first].demographics
        }
        if source.filled.contains(.syncdLinks), tellsFaults { try source.scan(.syncdLinks, receive) { _ in } }
        if kind == .pupil { try joinLinks(&batch, places, receive) }
    }

    /// Finds the contacts of a batch's pupils: whom the pupils name as agents, and who names the pupils.
    private func joinLinks(
        _ batch: inout [OneRosterPerson],
        _ places: [String: Int],
        _ receive: (SourceItem) throws -> Void
    ) throws {
        var links: [String: Set<Int>] = [:]
        for index in batch.indices where batch[index].isOf(.pupil) {
            let agents = batch[index].user.list("agentSourcedIds")
            // An empty list says nothing in a delta, unless the sender says that it does.
            let tellsNone = batch[index].user["metadata.syncd.noAgents"] == "true"
            batch[index].tellsLinks =
                isDelta ? !agents.isEmpty || tellsNone : !batch[index].user.isUnknown("agentSourcedIds")
            for agent in agents { links[agent, default: []].insert(index) }
        }
        var words: [String: String] = [:]
        var known: Set<String> = []
        try source.scan(.users, tellsFaults: false, receive) { row in
            guard row.state == .active else { return }
            for pupil in row.list("agentSourcedIds") {
                guard let index = places[pupil], batch[index].isOf(.pupil) else { continue }
                links[row.id, default: []].insert(index)
            }
            if links[row.id] != nil { known.insert(row.id) }
            if !hasRolesFile, let word = Self.contactWord(OneRosterRole.inUser(row)) { words[row.id] = word }
        }
        if hasRolesFile, source.filled.contains(.roles) {
            try source.scan(.roles, tellsFaults: false, receive) { row in
                let person = row["userSourcedId"]
                guard row.state == .active, links[person] != nil else { return }
                known.insert(person)
                guard let word = Self.contactWord([OneRosterRole(row)]) else { return }
                // One with two of the words: the order of the rows means nothing.
                words[person] = min(words[person] ?? word, word)
            }
        }
        for (agent, pupils) in links.sorted(by: { $0.key < $1.key }) {
            for index in pupils.sorted() {
                if let word = words[agent] {
                    batch[index].links[agent] = OneRosterLink(word: word)
                } else if isDelta, !known.contains(agent) {
                    // A contact whose row did not change: the import knows whether there is one.
                    batch[index].links[agent] = OneRosterLink()
                } else if batch[index].user.list("agentSourcedIds").contains(agent), known.contains(agent) {
                    let reason = "names somebody who is no parent, guardian or relative: no contact was made of it"
                    let issue = OneRosterSource.issue(
                        batch[index].user,
                        in: .users,
                        "agentSourcedIds",
                        reason,
                        parks: false
                    )
                    try receive(.issue(issue))
                } else if batch[index].user.list("agentSourcedIds").contains(agent) {
                    // Nobody of this name is in a bulk package: the import holds the links back.
                    batch[index].links[agent] = OneRosterLink()
                }
            }
        }
        guard source.filled.contains(.syncdLinks) else { return }
        try source.scan(.syncdLinks, tellsFaults: false, receive) { row in
            guard row.state == .active, let index = places[row["userSourcedId"]] else { return }
            batch[index].links[row["agentSourcedId"]]?.extra = row
        }
    }

    private static func contactWord(_ roles: [OneRosterRole]) -> String? {
        roles.filter { $0.kind == .contact }.map(\.word).min()
    }
}
