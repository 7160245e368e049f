import Mustache

/// Measures in the text format of Prometheus, version 0.0.4.
struct MeasureText: Sendable {
    /// The media type of the format.
    static let type = "text/plain; version=0.0.4; charset=utf-8"

    // Three braces: nothing is escaped, since names, labels and sentences are the program's own.
    private static let source = """
        {{#measures}}# HELP {{{name}}} {{{help}}}
        # TYPE {{{name}}} {{{kind}}}
        {{#samples}}{{{line}}}
        {{/samples}}{{/measures}}
        """

    private let template: MustacheTemplate

    init() throws { template = try MustacheTemplate(string: Self.source) }

    /// The text of measures.
    func of(_ measures: [Measure]) -> String {
        template.render([
            "measures": measures.map { measure in
                [
                    "name": measure.name, "help": measure.help, "kind": measure.kind.rawValue,
                    "samples": measure.samples.map { ["line": Self.line(measure.name, $0)] },
                ] as [String: Any]
            }
        ])
    }

    private static func line(_ name: String, _ sample: Measure.Sample) -> String {
        let label = sample.label.map { "{\($0.name)=\"\($0.value)\"}" } ?? ""
        let isWhole = sample.value.rounded() == sample.value && abs(sample.value) < 1e15
        return "\(name)\(label) \(isWhole ? String(Int64(sample.value)) : String(sample.value))"
    }
}
