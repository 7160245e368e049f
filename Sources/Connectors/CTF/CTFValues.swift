import School

/// Reads the values of one pupil, and gathers what is wrong with them.
struct CTFValues {
    /// Something wrong: where below `Pupil`, and why.
    struct Fault {
        var place: String
        var reason: String
        /// The group that waits; nil when only the value was left out, or told as it stands.
        var held: DataGroup?
    }

    private(set) var faults: [Fault] = []
    /// Groups that wait, because a part of them cannot be read: a group is whole or it is nothing.
    private(set) var held: Set<DataGroup> = []

    /// The value of an element in canonical form; nil when it is not sent or empty.
    ///
    /// - Parameter isFaulty: set when the value breaks its form and was left out.
    mutating func value(
        _ element: CTFElement?,
        _ form: ValueForm,
        at place: @autoclosure () -> String,
        isFaulty: inout Bool
    ) -> String? {
        guard let element else { return nil }
        let text = CanonicalText.of(element.text)
        guard !text.isEmpty else { return nil }
        do throws(SchoolError) {
            return try form.canonical(text, order: nil)
        } catch {
            if case .email = form, !CanonicalText.hasControlCharacter(text) {
                faults.append(Fault(place: place(), reason: error.message))
                return text
            }
            isFaulty = true
            faults.append(Fault(place: place(), reason: error.message + " (the value was left out)"))
            return nil
        }
    }

    /// A value of a list's row: when it breaks its form, the whole group waits.
    mutating func listed(
        _ element: CTFElement?,
        _ form: ValueForm,
        at place: @autoclosure () -> String,
        of group: DataGroup
    ) -> String? {
        var isFaulty = false
        let value = value(element, form, at: place(), isFaulty: &isFaulty)
        if isFaulty {
            faults.removeLast()
            hold(group, at: place(), reasonFor(element, form))
        }
        return value
    }

    /// Lets a group wait.
    mutating func hold(_ group: DataGroup, at place: String, _ reason: String) {
        held.insert(group)
        faults.append(Fault(place: place, reason: reason, held: group))
    }

    /// Tells something that holds nothing back.
    mutating func note(_ place: String, _ reason: String) {
        faults.append(Fault(place: place, reason: reason))
    }

    private func reasonFor(_ element: CTFElement?, _ form: ValueForm) -> String {
        do throws(SchoolError) {
            _ = try form.canonical(CanonicalText.of(element?.text ?? ""), order: nil)
            return ""
        } catch {
            return error.message + ": the whole group waits until it is corrected"
        }
    }
}
