import DataSetSupport
import DataSets
import Foundation
import Ground

@testable import Training

/// A data set of a few objects on disk, as an astronomer would write one.
struct TinyDataSet {
    let folder: String
    let data: DataSet

    /// Sinusoids of total flux, brief rises of difference flux, spectra of neither; some are labelled packets in two folds.
    ///
    /// - Parameters:
    ///   - inFolds: whether all objects are tested in one of four folds, in place of splits.
    ///   - count: how many objects.
    ///   - spectra: whether objects that are no packets have spectra.
    ///   - bare: numbers of objects without a light curve and features.
    init(inFolds: Bool = false, count: Int = 48, spectra: Bool = false, bare: Set<Int> = []) throws {
        let place = TemporaryFolder()
        try place.make()
        folder = place.path
        var objects = "object,class,node,split,fold,cluster,alerts,folder,kind\n"
        var points = "object,mjd,band,kind,flux,flux_err,upper_limit\n"
        var features = "object,gal_b_abs,ref_distance,ref_mag,age\n"
        var generator = SplitMix64(seed: 4)
        for number in 0..<count {
            let (isStar, isPacket) = (number % 2 == 0, number % 6 > 3 && !inFolds)
            let name = "\(isPacket ? "alerts" : "mine")/\(number)"
            let split = [7, 14].contains(number % 16) ? "val" : [6, 15].contains(number % 16) ? "test" : "train"
            let fold = inFolds ? "\(number / 2 % 4)" : isPacket ? "\(number / 6 % 2)" : ""
            objects +=
                "\(name),c,\(isStar ? "RRAB" : "SN-Ia"),\(inFolds ? "fold" : isPacket ? "train" : split),\(fold),\(number),\(isPacket ? 1 : 0),"
                + "\(isPacket ? "alerts" : "mine"),\(isStar && !isPacket ? "total" : "difference")\n"
            if bare.contains(number) { continue }
            let kind = isStar && !isPacket ? "total" : "difference"
            let period = 0.5 + 0.1 * generator.unit()
            for visit in 0..<24 {
                let time = 60_000 + 1.3 * Double(visit) + 0.2 * generator.unit()
                let wave = sin(time * 2 * Double.pi / period)
                var flux = isStar ? 40_000 * wave : 50_000 * exp(-pow(Double(visit) - 10, 2) / 20) + 3000
                if kind == "total" { flux += 200_000 }
                points +=
                    "\(name),\(time),\(visit % 2 == 0 ? "g" : "r"),\(kind),\(flux),\(800 + 100 * generator.unit()),0\n"
            }
            features +=
                "\(name),\(isStar ? 20 : 60),\(isStar ? "0.3" : "none"),\(isStar ? "17.5" : "none"),\(isPacket ? "30" : "")\n"
        }
        try objects.write(toFile: folder + "/objects.csv", atomically: true, encoding: .utf8)
        try points.write(toFile: folder + "/photometry.csv", atomically: true, encoding: .utf8)
        try features.write(toFile: folder + "/metadata.csv", atomically: true, encoding: .utf8)
        try """
        name: tiny
        bands:
          g: {wavelength: 480.0, system: AB}
          r: {wavelength: 640.0, system: AB}
        features:
          gal_b_abs: {unit: deg, meaning: latitude}
          ref_distance: {unit: arcsec, meaning: distance}
          ref_mag: {unit: mag, meaning: magnitude}
          age: {unit: d, meaning: age, contrastive: false}
        """.write(toFile: folder + "/dataset.yaml", atomically: true, encoding: .utf8)
        try """
        nodes:
          transient:
            draws: {transient: true}
            children:
              supernova:
                children:
                  SN-Ia: {meaning: rises once}
          variable-star:
            draws: {fast: true}
            children:
              periodic:
                children:
                  RRL:
                    children:
                      RRAB: {meaning: pulsates}
        """.write(toFile: folder + "/classes.yaml", atomically: true, encoding: .utf8)
        if spectra { try Self.addSpectra(to: folder, count) }
        data = try DataSet(folder: folder)
    }

    private static func addSpectra(to folder: String, _ count: Int) throws {
        let owners = (0..<count).filter { $0 % 6 <= 3 }
        let rows = owners.map { owner in (0..<600).map { Float(2 + sin(0.05 * Double($0) * (owner % 2 == 0 ? 1 : 3))) }
        }
        let lines = owners.enumerated().map { "s\($0),mine/\($1),60000,\($0)" }
        try (["spectrum,object,mjd,row"] + lines + [""]).joined(separator: "\n")
            .write(toFile: folder + "/spectra.csv", atomically: true, encoding: .utf8)
        try Data(FITSFile.image(rows: rows, start: 4000, step: 5)).write(to: URL(filePath: folder + "/spectra.fits"))
        let path = folder + "/dataset.yaml"
        try
            (String(contentsOfFile: path, encoding: .utf8)
            + "\nspectra:\n  spectra.fits: {medium: air, unit: relative}\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
