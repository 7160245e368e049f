import Events

/// Open parts that tell of events that state could not take in.
extension OpenPart {
    static func describe(_ message: Syncd_Events_EventParked) -> JSON {
        [
            "position": JSON(message.position), "stream": id(message.stream),
            "projection": .string(message.projection), "reason": .string(message.reason),
        ]
    }

    static func describe(_ message: Syncd_Events_EventRetried) -> JSON {
        ["position": JSON(message.position), "stream": id(message.stream)]
    }
}
