import Glibc

/// Secrets that somebody types or a machine hands over: from the terminal without echo, else a line of standard input;
/// never from the command line, which everybody on the machine can see.
enum SecretInput {
    private static let longest = 4096

    /// Asks for a secret.
    ///
    /// - Throws: `inputMissing` when nothing comes.
    static func ask(_ prompt: String, _ console: Console) throws -> String {
        let input = console.streams.input
        let isTyped = isatty(input) == 1
        var before = termios()
        if isTyped {
            console.remark(prompt)
            guard tcgetattr(input, &before) == 0 else { throw missing(prompt) }
            var silent = before
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(input, TCSAFLUSH, &silent)
        }
        defer { if isTyped { tcsetattr(input, TCSAFLUSH, &before) } }
        guard let line = line(of: input), !line.isEmpty else { throw missing(prompt) }
        return line
    }

    /// A line, byte by byte: what follows it is the next question's answer.
    private static func line(of input: Int32) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < longest {
            let count = read(input, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func missing(_ prompt: String) -> CommandError {
        CommandError(
            .inputMissing,
            "\(prompt) is needed: type it at the terminal, or give it as a line of standard input."
        )
    }
}
