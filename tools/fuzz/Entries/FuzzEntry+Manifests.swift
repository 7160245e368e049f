import Connectors
import Foundation

extension FuzzEntry {
    /// Manifests that lie beside files.
    static let manifests: [FuzzEntry] = [
        FuzzEntry("ces-manifest", "the manifest beside a transfer file") { bytes in
            let manifest = try JSONDecoder().decode(CESManifest.self, from: Data(bytes))
            let again = try JSONDecoder().decode(CESManifest.self, from: Data(manifest.json()))
            precondition(again == manifest, "a manifest that was read is not written as the same")
        }
    ]
}
