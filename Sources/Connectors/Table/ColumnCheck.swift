import School

/// Tells of a value's bytes whether they are in the canonical spelling of their column, without making a text of them.
///
/// Never true for a value that `ValueForm.canonical` would refuse or spell differently; where bytes alone do not tell,
/// it asks there.
struct ColumnCheck {
    private let form: ValueForm
    private let plainMax: Int
    private var memo: ValueMemo?

    /// Looks at a column's form.
    init(_ form: ValueForm) {
        self.form = form
        switch form {
        case .line:
            plainMax = 65_536
        case .key:
            plainMax = 100
        default:
            plainMax = 0
            memo = ValueMemo()
        }
    }

    /// True when the value, which is not empty, would be stored as it stands.
    mutating func isCanonical(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if plainMax > 0 {
            if bytes.count <= plainMax, Self.isPlain(bytes) { return true }
        } else if memo?.contains(bytes) == true {
            return true
        }
        guard let text = String(validating: bytes, as: UTF8.self), Self.same(CanonicalText.of(text), bytes),
            let canonical = try? form.canonical(text, order: nil), Self.same(canonical, bytes)
        else { return false }
        memo?.insert(bytes)
        return true
    }

    /// Printing ASCII without a space at either end: trimmed, NFC and one line as it stands.
    private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.first != 0x20, bytes.last != 0x20 else { return false }
        return bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    private static func same(_ text: String, _ bytes: UnsafeRawBufferPointer) -> Bool { text.utf8.elementsEqual(bytes) }
}
