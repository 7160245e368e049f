import Foundation
import Testing

@testable import bench

@Suite struct ReportTests {
    @Test("a spread is the median with least and greatest")
    func spread() {
        #expect(Spread([5, 1, 3])?.median == 3)
        #expect(Spread([4, 1, 2, 3])?.median == 2.5)
        #expect(Spread([4, 1, 2, 3])?.least == 1)
        #expect(Spread([4, 1, 2, 3])?.greatest == 4)
        #expect(Spread([]) == nil)
    }
}
