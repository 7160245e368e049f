#if DEBUG
    import Glibc

    /// What a reading process under hostile command might do: for tests of the side that must stand it.
    public enum CTFMisbehaviour: String, Sendable, CaseIterable {
        /// The variable that names one.
        public static let variable = "SYNCD_TEST_CTF_READER"

        /// It dies by a bad access before it has said anything.
        case crash
        /// It dies in the middle of a frame.
        case crashMidway
        /// It says nothing and stays.
        case hang
        /// It begins a frame and stays.
        case hangMidway
        /// It writes random bytes.
        case garbage
        /// It claims a frame of four gigabytes.
        case hugeFrame
        /// It writes pupils without end.
        case endless
        /// It writes pupils before the header.
        case disorder
        /// It leaves out the end.
        case cutShort
        /// It says that there were more pupils than it told.
        case wrongCount
        /// It eats memory.
        case memory
        /// It tries to open files, to write one, and to start a process; it succeeds when all of it is refused.
        case escape

        /// Does it.
        ///
        /// - Returns: the exit code, if it comes to that.
        func run(confine: () -> Bool, read: () -> Int32) -> Int32 {
            guard confine() else { return 1 }
            switch self {
            case .crash: kill(getpid(), SIGSEGV)
            case .crashMidway:
                write([CTFFrame.header, 9, 0, 0, 0, 2])
                kill(getpid(), SIGABRT)
            case .hang: pause()
            case .hangMidway:
                write(Self.header + [CTFFrame.pupil, 200, 0])
                pause()
            case .garbage: write((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) })
            case .hugeFrame: write([CTFFrame.header, 255, 255, 255, 255])
            case .endless:
                write(Self.header)
                while write(Self.pupil) {}
            case .disorder: write(Self.pupil + Self.header)
            case .cutShort: write(Self.header + Self.pupil)
            case .wrongCount: write(Self.header + Self.pupil + [CTFFrame.end, 4, 0, 0, 0, 2, 0, 0, 0])
            case .memory:
                var all: [UnsafeMutableRawPointer] = []
                while let more = malloc(16 << 20) {
                    memset(more, 1, 16 << 20)
                    all.append(more)
                }
                return 1
            case .escape:
                let refused = open("/etc/hostname", O_RDONLY) < 0 && open("/tmp/escape", O_WRONLY | O_CREAT, 0o600) < 0
                return refused ? read() : 1
            }
            return 0
        }

        private static let header: [UInt8] = {
            var payload: [UInt8] = []
            for (school, establishment) in [(CTFNode.sourceSchool, "1079"), (.destSchool, "LLLL")] {
                payload.append(school.rawValue)
                for (node, text) in [(CTFNode.authority, "820"), (.establishment, establishment)] {
                    payload += [node.rawValue, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
                }
                payload.append(0)
            }
            return [CTFFrame.header, UInt8(payload.count), 0, 0, 0] + payload
        }()

        private static let pupil: [UInt8] = {
            let name = Array("Abara".utf8)
            return [CTFFrame.pupil, UInt8(9 + name.count), 0, 0, 0, 1, 0, 0, 0, CTFNode.surname.rawValue]
                + [UInt8(name.count), 0, 0, 0] + name
        }()

        @discardableResult
        private func write(_ bytes: [UInt8]) -> Bool {
            Glibc.write(CTFReaderProcess.output, bytes, bytes.count) == bytes.count
        }
    }
#endif
