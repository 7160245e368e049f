import EventLog
import Identifiers

/// Registers many schools from a list: which are new, which are known by now, which cannot be taken in.
///
/// A school that is known keeps what it has: the list fills in what is empty and overrules nothing, because another
/// number is a key change, which is told as what it is (rulings 3). So the same list again changes nothing.
public struct BaseIntake: Sendable {
    /// A line of the list.
    public struct Line: Sendable, Equatable {
        /// What the MIS calls the school.
        public var key: String
        /// The DfE number; empty for none.
        public var laestab: String
        /// The unique reference number; empty for none.
        public var urn: String
        /// The name; empty for none.
        public var name: String

        /// Makes a line.
        public init(key: String, laestab: String = "", urn: String = "", name: String = "") {
            self.key = key
            self.laestab = laestab
            self.urn = urn
            self.name = name
        }
    }

    /// What becomes of a line.
    public enum Outcome: Sendable, Equatable {
        /// The school is registered.
        case added([NewEvent])
        /// A school that is known gets what it lacked.
        case filled([NewEvent], base: String)
        /// Nothing of the line is new.
        case unchanged(base: String)
        /// The line is not taken in.
        case refused(field: String, reason: String)
    }

    private var bases: [Known] = []
    private var byKey: [String: Int] = [:]
    private var byLAESTAB: [String: Int] = [:]
    private var byURN: [String: Int] = [:]

    /// A school of the store, or one that an earlier line has added.
    private struct Known: Sendable {
        var id: BaseID
        var key: String
        var laestab: String
        var urn: String
        var name: String
    }

    /// Begins with no school.
    public init() {}

    /// Notes a school that the store has.
    public mutating func know(_ id: BaseID, key: String, laestab: String, urn: String, name: String) {
        enter(Known(id: id, key: key, laestab: laestab, urn: urn, name: name))
    }

    /// Takes a line in.
    ///
    /// - Parameter id: drawn at random, for a school that is new.
    public mutating func take(_ line: Line, as id: BaseID) -> Outcome {
        var line = line
        do {
            if !line.laestab.isEmpty { line.laestab = try LAESTAB(line.laestab).description }
        } catch {
            return .refused(field: "laestab", reason: error.message)
        }
        do {
            if !line.urn.isEmpty { line.urn = try URN(line.urn).description }
        } catch {
            return .refused(field: "urn", reason: error.message)
        }
        let places = Set([byKey[line.key], byURN[line.urn], byLAESTAB[line.laestab]].compactMap(\.self))
        guard places.count <= 1 else {
            let keys = places.map { bases[$0].key }.sorted().joined(separator: " and ")
            return .refused(
                field: "",
                reason: "has the numbers of two schools (\(keys)): correct the list or the schools"
            )
        }
        return places.first.map { fill($0, line) } ?? add(line, as: id)
    }

    private mutating func add(_ line: Line, as id: BaseID) -> Outcome {
        let base = BaseRegistration(id: id, key: line.key)
        do {
            var decision = try BaseRegistration.register(base, beside: [])
            let attributes = Self.attributes(line, known: nil)
            decision.events += try BaseRegistration.configure(base, attributes, beside: []).events
            enter(Known(id: id, key: line.key, laestab: line.laestab, urn: line.urn, name: line.name))
            return .added(decision.events)
        } catch let error as SchoolError {
            return .refused(field: line.key.isEmpty ? "key" : "", reason: error.message)
        } catch {
            return .refused(field: "", reason: "cannot be taken in")
        }
    }

    private mutating func fill(_ place: Int, _ line: Line) -> Outcome {
        let known = bases[place]
        for (field, told, held) in [("urn", line.urn, known.urn), ("laestab", line.laestab, known.laestab)]
        where !told.isEmpty && !held.isEmpty && told != held {
            return .refused(
                field: field,
                reason: "is not the number that base \(known.key) has: if the school has changed its number, say so "
                    + "with `syncd base config \(known.key) --\(field) \(told)`"
            )
        }
        let attributes = Self.attributes(line, known: known)
        guard !attributes.isEmpty else { return .unchanged(base: known.key) }
        do {
            let base = BaseRegistration(id: known.id, key: known.key, laestab: known.laestab)
            let events = try BaseRegistration.configure(base, attributes, beside: []).events
            var filled = known
            filled.laestab = attributes.laestab ?? known.laestab
            filled.urn = attributes.urn ?? known.urn
            filled.name = attributes.name ?? known.name
            bases[place] = filled
            index(filled, at: place)
            return .filled(events, base: known.key)
        } catch let error as SchoolError {
            return .refused(field: "name", reason: error.message)
        } catch {
            return .refused(field: "", reason: "cannot be taken in")
        }
    }

    /// What a line says that is not known.
    private static func attributes(_ line: Line, known: Known?) -> BaseRegistration.Attributes {
        func new(_ told: String, _ held: String?) -> String? { told.isEmpty || held?.isEmpty == false ? nil : told }
        return BaseRegistration.Attributes(
            laestab: new(line.laestab, known?.laestab),
            urn: new(line.urn, known?.urn),
            name: new(line.name, known?.name)
        )
    }

    private mutating func enter(_ known: Known) {
        bases.append(known)
        byKey[known.key] = bases.count - 1
        index(known, at: bases.count - 1)
    }

    private mutating func index(_ known: Known, at place: Int) {
        if !known.laestab.isEmpty { byLAESTAB[known.laestab] = place }
        if !known.urn.isEmpty { byURN[known.urn] = place }
    }
}
