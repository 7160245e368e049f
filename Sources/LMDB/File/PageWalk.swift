/// Follows every pointer of a short file with plain reads, to tell whether a page that is used is missing.
///
/// Page, as LMDB 0.9 lays it out on 64-bit machines (little-endian):
/// ```
/// 0 own number 8   8 pad 2   10 flags 2   12 end of node offsets 2   14 start of nodes 2   16 node offsets, 2 each
/// (overflow page: 12 number of pages 4)
/// node: 0 low 2   2 high 2   4 flags 2   6 key size 2   8 key, then data
///   branch: child = low | high << 16 | flags << 32
///   leaf:   data size = low | high << 16; flags 1: data is the number of an overflow page; 2: data is a table
/// ```
struct PageWalk {
    private let descriptor: Int32
    private let pageBytes: Int
    private let wholePages: UInt64
    private var pending: [UInt64]
    private var visited: UInt64 = 0

    private static let none = UInt64.max
    private enum PageFlag {
        static let branch: UInt16 = 1
        static let leaf: UInt16 = 2
        static let overflow: UInt16 = 4
        static let fixedSizeLeaf: UInt16 = 0x20
    }
    private enum NodeFlag {
        static let overflow: UInt16 = 1
        static let table: UInt16 = 2
    }

    init(descriptor: Int32, shape: FileShape) {
        self.descriptor = descriptor
        pageBytes = shape.pageBytes
        wholePages = UInt64(shape.fileBytes / shape.pageBytes)
        pending = shape.roots
    }

    /// True when every page that is reached from the roots lies whole inside the file.
    mutating func reachesOnlyWholePages() -> Bool {
        while let number = pending.popLast() {
            if number == Self.none { continue }
            // A tree never reaches a page twice; a damaged one may run in a circle.
            visited += 1
            guard visited <= wholePages, let page = page(number) else { return false }
            let flags = page.load(10, as: UInt16.self)
            if flags & PageFlag.branch != 0 {
                guard followBranch(page) else { return false }
            } else if flags & PageFlag.leaf != 0 {
                guard flags & PageFlag.fixedSizeLeaf != 0 || followLeaf(page) else { return false }
            } else {
                return false
            }
        }
        return true
    }

    private func page(_ number: UInt64) -> PageBytes? {
        guard number < wholePages, let page = PageBytes(descriptor, at: Int(number) * pageBytes, count: pageBytes),
            page.load(0, as: UInt64.self) == number
        else { return nil }
        return page
    }

    /// Offsets of a page's nodes; nil when one lies outside the page.
    private func nodes(_ page: PageBytes) -> [Int]? {
        let end = Int(page.load(12, as: UInt16.self))
        guard end >= 16, end <= pageBytes else { return nil }
        let offsets = stride(from: 16, to: end, by: 2).map { Int(page.load($0, as: UInt16.self)) }
        return offsets.allSatisfy { $0 >= end && $0 + 8 <= pageBytes } ? offsets : nil
    }

    private mutating func followBranch(_ page: PageBytes) -> Bool {
        guard let nodes = nodes(page) else { return false }
        for node in nodes {
            let child =
                UInt64(page.load(node, as: UInt32.self)) | UInt64(page.load(node + 4, as: UInt16.self)) << 32
            pending.append(child)
        }
        return true
    }

    private mutating func followLeaf(_ page: PageBytes) -> Bool {
        guard let nodes = nodes(page) else { return false }
        for node in nodes {
            let flags = page.load(node + 4, as: UInt16.self)
            let data = node + 8 + Int(page.load(node + 6, as: UInt16.self))
            if flags & NodeFlag.overflow != 0 {
                let size = Int(page.load(node, as: UInt32.self))
                guard data + 8 <= pageBytes, hasOverflow(page.load(data, as: UInt64.self), size: size) else {
                    return false
                }
            } else if flags & NodeFlag.table != 0 {
                guard data + 48 <= pageBytes else { return false }
                pending.append(page.load(data + 40, as: UInt64.self))
            }
        }
        return true
    }

    private func hasOverflow(_ number: UInt64, size: Int) -> Bool {
        let pages = UInt64((15 + size) / pageBytes + 1)
        guard number < wholePages, pages <= wholePages - number,
            let header = PageBytes(descriptor, at: Int(number) * pageBytes, count: 16)
        else { return false }
        return header.load(0, as: UInt64.self) == number && header.load(10, as: UInt16.self) & PageFlag.overflow != 0
    }
}
