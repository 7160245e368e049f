import Hummingbird

/// What a form or the part of an address behind the question mark says.
struct Form: Decodable, Sendable {
    var csrf: String?
    var name: String?
    var password: String?
    var again: String?
    var invitation: String?
    var code: String?
    var list: String?
    var act: String?
    var report: [String]?

    /// Bytes of a form: names, a password, a few reports.
    static let bytesMax = 16 << 10

    /// Reads what a request carries.
    ///
    /// - Throws: `Refusal`.
    static func of(_ request: Request, _ context: PortalContext, isPost: Bool) async throws -> Form {
        guard isPost else {
            do { return try request.uri.decodeQuery(as: Form.self, context: context) } catch { throw Self.unreadable }
        }
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
            throw Self.unreadable
        }
        let body: String
        do {
            body = String(buffer: try await request.body.collect(upTo: bytesMax))
        } catch {
            throw Refusal(.tooLong, "That is more than this form can hold.")
        }
        do { return try URLEncodedFormDecoder().decode(Form.self, from: body) } catch { throw Self.unreadable }
    }

    private static let unreadable = Refusal(.unreadable, "The form could not be read. Open the page again.")
}
