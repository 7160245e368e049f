/// Long lists on several lines.
enum Wrapping {
    /// Puts words on as few lines as fit a width; a word longer than it has a line of its own.
    static func lines(_ words: [String], separator: String, width: Int) -> [String] {
        var lines: [String] = []
        for (index, word) in words.enumerated() {
            let text = index == words.count - 1 ? word : word + separator
            if let last = lines.last, last.count + word.count <= width {
                lines[lines.count - 1] = last + text
            } else {
                if let last = lines.popLast() { lines.append(last.trimmingTrailingSpaces) }
                lines.append(text)
            }
        }
        return lines
    }
}

extension String {
    /// The text without spaces at its end.
    var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
