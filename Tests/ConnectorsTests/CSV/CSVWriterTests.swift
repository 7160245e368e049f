import Connectors
import Testing

@Suite("Writing CSV")
struct CSVWriterTests {
    func written(_ values: [String], for audience: CSVWriter.Audience) -> String {
        var writer = CSVWriter(for: audience)
        writer.write(values)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("values are quoted where they must be")
    func quoting() {
        #expect(
            written(["a", "b,c", "say \"x\"", "two\nlines", "", " padded"], for: .programs)
                == "a,\"b,c\",\"say \"\"x\"\"\",\"two\nlines\",,\" padded\"\r\n"
        )
    }

    @Test(
        "for people, what a spreadsheet takes for a formula gets an apostrophe",
        arguments: ["=1+1", "+44", "-", "@x", "\tx"]
    )
    func formulas(value: String) {
        #expect(written([value], for: .people) == "'\(value)\r\n")
        #expect(written([value], for: .programs) == "\(value)\r\n")
    }

    @Test("a carriage return is defused and quoted")
    func carriageReturn() {
        #expect(written(["\r=1"], for: .people) == "\"'\r=1\"\r\n")
    }

    @Test("the bytes are handed over once")
    func taking() {
        var writer = CSVWriter(for: .programs)
        writer.write(["a"])
        var taken: [UInt8] = []
        writer.take { taken += $0 }
        writer.take { taken += $0 }
        #expect(taken == Array("a\r\n".utf8))
    }
}
