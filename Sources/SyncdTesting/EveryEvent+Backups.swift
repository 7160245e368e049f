import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

extension EveryEvent {
    /// Backups, and what a restore begins.
    func backups() throws {
        let (here, away) = (Data(SubjectID(high: 17, low: 1).bytes), Data(SubjectID(high: 17, low: 2).bytes))
        for target in [here, away] {
            let taken = Syncd_Events_BackupTaken.with {
                $0.target = target
                $0.folder = "/backup"
                $0.through = 3
                $0.generation = 1
                $0.set = 1
            }
            try append(.backupTaken, owner, StreamID(owner), taken)
        }
        let verified = Syncd_Events_BackupVerified.with {
            $0.target = here
            $0.through = 3
            $0.sound = true
        }
        try append(.backupVerified, owner, StreamID(owner), verified)
        let renewed = Syncd_Events_BackupKeysRenewed.with {
            $0.target = here
            $0.generation = 2
        }
        try append(.backupKeysRenewed, owner, StreamID(owner), renewed)
        try append(.backupForgotten, owner, StreamID(owner), Syncd_Events_BackupForgotten.with { $0.target = away })
        for group: UInt32 in [0, 5] {
            let rule = Syncd_Events_RetentionRuleSet.with {
                $0.group = group
                $0.months = 72
                if group == 0 { $0.action = .anonymise }
            }
            try append(.retentionRuleSet, hill, StreamID(hill), rule)
        }
        try append(.retentionRuleRemoved, hill, StreamID(hill), Syncd_Events_RetentionRuleRemoved.with { $0.group = 5 })
        let years = [YearFigures(year: AcademicYear(start: 2020), totals: AttendanceTotals([]))]
        try log.append(KeptFigures.kept(years, as: SubjectID(high: 60, low: 1), at: hill))
        let began = Syncd_Events_EpochBegan.with {
            $0.epoch = 2
            $0.before = 1
            $0.through = 3
        }
        try append(.epochBegan, owner, StreamID(owner), began)
        try append(.restoreConfirmed, owner, StreamID(owner), Syncd_Events_RestoreConfirmed.with { $0.epoch = 2 })
    }
}
