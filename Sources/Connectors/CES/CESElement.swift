/// An element of the file: a name with either text or children.
struct CESElement: Hashable {
    enum Content: Hashable {
        case text(String)
        case children([CESElement])
    }

    /// Elements that may stand several times under one parent; their paths are numbered.
    static let repeated: Set<String> = [
        "Phone", "Contact", "School", "Type", "Disability", "FSMinstance", "SEN", "SENneed",
        "YearData", "KeyStage", "StageAssessment",
    ]

    let name: String
    let content: Content

    init(_ name: String, _ text: String) {
        self.name = name
        content = .text(text)
    }

    init(_ name: String, _ children: [CESElement]) {
        self.name = name
        content = .children(children)
    }

    /// An element for a value that may be missing; nil without one.
    init?(_ name: String, _ text: String?) {
        guard let text else { return nil }
        self.init(name, text)
    }

    /// An element for children that may be missing; nil without any.
    init?(_ name: String, ifAny children: [CESElement]) {
        guard !children.isEmpty else { return nil }
        self.init(name, children)
    }

    /// Every text below, by its path: `Contacts/Contact[2]/Surname`.
    func flatten(under prefix: String, into paths: inout [String: String]) {
        switch content {
        case .text(let text): paths[prefix + name] = text
        case .children(let children):
            var numbers: [String: Int] = [:]
            for child in children {
                guard Self.repeated.contains(child.name) else {
                    child.flatten(under: prefix + name + "/", into: &paths)
                    continue
                }
                numbers[child.name, default: 0] += 1
                let numbered = CESElement(numbered: child, numbers[child.name, default: 0])
                numbered.flatten(under: prefix + name + "/", into: &paths)
            }
        }
    }

    private init(numbered element: CESElement, _ number: Int) {
        name = "\(element.name)[\(number)]"
        content = element.content
    }
}
