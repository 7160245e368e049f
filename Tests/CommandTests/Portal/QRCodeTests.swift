import Foundation
import Testing

@testable import Portal

/// The secret of one-time codes for a camera.
@Suite struct QRCodeTests {
    private let address = "otpauth://totp/syncd:ada?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=syncd"

    @Test("a code has the squares by which a camera finds it, and differs with what it says")
    func squares() throws {
        let code = try #require(QRCode(address))
        #expect((code.side - 17) % 4 == 0)
        // Three of the corners have a ring around a block, one has none (ISO/IEC 18004).
        func hasRing(_ left: Int, _ top: Int) -> Bool {
            (0..<7).allSatisfy { y in
                (0..<7).allSatisfy { x in
                    let isBlock = (2...4).contains(x) && (2...4).contains(y)
                    return code.isDark(left + x, top + y) == (isBlock || [0, 6].contains(x) || [0, 6].contains(y))
                }
            }
        }
        let far = code.side - 7
        #expect(hasRing(0, 0) && hasRing(far, 0) && hasRing(0, far) && !hasRing(far, far))
        #expect((8..<code.side - 8).allSatisfy { code.isDark($0, 6) == ($0 % 2 == 0) })
        #expect(QRCode(address + "x") != code && QRCode(address) == code)
        #expect(QRCode(String(repeating: "x", count: 4000)) == nil)
    }

    @Test("on a screen and on a page stand the same squares, with a light margin")
    func drawings() throws {
        let code = try #require(QRCode(address))
        let dark = (0..<code.side).reduce(0) { sum, y in sum + (0..<code.side).count { code.isDark($0, y) } }
        #expect(code.path.matches(of: /M(\d+) (\d+)h1v1h-1z/).count == dark)
        for square in code.path.matches(of: /M(\d+) (\d+)h/) {
            let (x, y) = (try #require(Int(square.1)), try #require(Int(square.2)))
            #expect(code.isDark(x - QRCode.margin, y - QRCode.margin))
        }
        let letters = code.lines.map { Array($0.dropFirst(9).dropLast(4)) }
        #expect(letters.allSatisfy { $0.count == code.side + 2 * QRCode.margin })
        let shown = letters.joined().reduce(0) { $0 + ($1 == "\u{2588}" ? 2 : $1 == " " ? 0 : 1) }
        #expect(shown == dark)
        #expect(letters.prefix(QRCode.margin / 2).allSatisfy { $0.allSatisfy { $0 == " " } })
    }

    @Test("a head who comes for the first time gets the key as a code, drawn without script or style")
    func firstTime() throws {
        let scene = try PortalScene()
        let invitation = try scene.people.invite("eve", "head", at: PortalScene.key)
        let browser = scene.browser()
        let key = try browser.get("/first").formKey
        let form = [
            ("name", "eve"), ("invitation", invitation), ("password", People.password), ("again", People.password),
        ]
        let page = try browser.post("/first", form, key: key).body
        let link = try #require(page.firstMatch(of: /href="(otpauth:[^"]+)"/)).1.replacingOccurrences(
            of: "&amp;",
            with: "&"
        )
        let code = try #require(QRCode(link))
        #expect(page.contains("d=\"\(code.path)\""))
        #expect(page.contains("viewBox=\"0 0 \(code.side + 8) \(code.side + 8)\"") && !page.contains("style="))
    }
}
