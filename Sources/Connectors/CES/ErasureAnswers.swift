import School

/// A recipient's answer to notices of erasure (`schemas/exchange/erasure-answers.md`).
public struct ErasureAnswers: Sendable {
    /// What was answered.
    public struct Answer: Sendable, Hashable {
        /// Why the data are kept; nil when they are erased.
        public var ground: ErasureNotice.Ground?
        /// Until when they are kept, as far as it says.
        public var until: CalendarDate?

        /// Makes an answer.
        public init(ground: ErasureNotice.Ground?, until: CalendarDate?) {
            self.ground = ground
            self.until = until
        }
    }

    /// A line of the file.
    public struct Line: Sendable, Hashable {
        /// The recipient's own id of the person, 32 hexadecimal digits.
        public var recipientID: String
        /// What was answered.
        public var answer: Answer

        /// Makes a line.
        public init(recipientID: String, answer: Answer) {
            self.recipientID = recipientID
            self.answer = answer
        }
    }

    /// The lines.
    public let answers: [Line]

    private static let columns = ["recipientId", "outcome", "ground", "until"]

    /// Reads a file; one wrong line refuses the whole of it.
    ///
    /// - Throws: `SourceError`.
    public init(path: String) throws {
        var reader = try CSVReader.open(path: path)
        guard reader.header == Self.columns else {
            throw SourceError(.header, file: reader.file, "needs the columns \(Self.columns.joined(separator: ","))")
        }
        var answers: [Line] = []
        var known: [String: Answer] = [:]
        while try reader.next() {
            func fault(_ reason: String) -> SourceError {
                SourceError(.malformed, file: reader.file, line: reader.line, reason)
            }
            guard reader.fieldCount == Self.columns.count else { throw fault("has not four values") }
            let (id, outcome, word, day) = (reader.text(0), reader.text(1), reader.text(2), reader.text(3))
            guard id.utf8.count == 32, id.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
                throw fault("has no recipientId of 32 hexadecimal digits in small letters")
            }
            let until = CalendarDate(iso: day)
            guard day.isEmpty || until != nil else { throw fault("has a day that is not yyyy-MM-dd") }
            let answer: Answer
            switch outcome {
            case "erased" where word.isEmpty && day.isEmpty: answer = Answer(ground: nil, until: nil)
            case "kept":
                guard let ground = ErasureNotice.Ground(rawValue: word) else {
                    throw fault("keeps without a ground: statutory, claim, safeguarding, archive or other")
                }
                answer = Answer(ground: ground, until: until)
            default: throw fault("has an outcome that is neither erased, alone, nor kept with a ground")
            }
            if let before = known.updateValue(answer, forKey: id) {
                guard before == answer else {
                    throw fault("has another answer than a line before it on the same person")
                }
                continue
            }
            answers.append(Line(recipientID: id, answer: answer))
        }
        self.answers = answers
    }
}
