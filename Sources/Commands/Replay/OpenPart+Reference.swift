import Events
import School
import SwiftProtobuf

/// Open parts that tell of public lists and schools' numbers.
extension OpenPart {
    static func describe(_ message: Syncd_Events_EstablishmentLinksChanged) -> JSON {
        [
            "source": id(message.source), "run": id(message.run), "links": .array(message.links.map(row)),
            "gone": .array(message.gone.map(row)), "rows": JSON(message.links.count + message.gone.count),
        ]
    }

    static func describe(_ message: Syncd_Events_EstablishmentsChanged) -> JSON {
        [
            "source": id(message.source), "run": id(message.run),
            "establishments": .array(message.establishments.map(row)), "gone": .array(message.gone.map(JSON.string)),
            "rows": JSON(message.establishments.count + message.gone.count),
        ]
    }

    static func describe(_ message: Syncd_Events_BaseKeyChanged) -> JSON {
        let change = BaseKeyChange(message)
        return .object(
            [.init(name: "reason", value: .string(change.reason.rawValue))]
                + [("Urn", change.urn), ("Laestab", change.laestab)].flatMap { name, number in
                    number.map {
                        [
                            JSON.Member(name: "from" + name, value: .string($0.from)),
                            JSON.Member(name: "to" + name, value: .string($0.to)),
                        ]
                    } ?? []
                } + [
                    .init(name: "effective", value: .string(change.effective)),
                    .init(name: "newController", value: .bool(change.hasNewController)),
                ]
        )
    }

    private static func row(_ row: Syncd_Events_EstablishmentLinkRow) -> JSON {
        [
            "urn": .string(row.urn), "linkUrn": .string(row.linkUrn), "type": .string(row.type),
            "name": .string(row.name), "established": .string(row.established),
        ]
    }

    private static func row(_ row: Syncd_Events_EstablishmentRow) -> JSON {
        let establishment = Establishment(row)
        return .object(
            [.init(name: "urn", value: .string(row.urn))]
                + Establishment.columns.map { column in
                    .init(name: column.name, value: .string(establishment[keyPath: column.path]))
                }
        )
    }
}
