// swift-tools-version: 6.2
import PackageDescription

// The house, from the ground up: `Ground` knows nothing of the sky, `Sky` holds the domain's types, each floor uses only
// those below it, the command line is the roof. CONTRIBUTING.md walks through the rooms.

let package = Package(
    name: "trifid",
    products: [
        .executable(name: "trifid", targets: ["trifid"])
    ],
    targets: [
        .executableTarget(
            name: "trifid",
            dependencies: [
                "Broker", "Settings", "Service", "Survey", "Archive", "AstroM3", "Replay", "Simulator",
                "Avro", "Kafka", "Postgres", "Tensor", "Sky", "Training", "Learning", "DataSets", "Ground",
            ]
        ),
        .target(
            name: "Broker",
            dependencies: [
                "Settings", "Service", "Survey", "Archive", "AstroM3", "Discovery", "Avro", "Kafka", "Postgres", "Sky",
                "Ground",
            ],
            exclude: ["README.md"]
        ),
        .target(name: "Settings", dependencies: ["Service", "Kafka", "Postgres", "Sky", "Ground"]),
        .target(name: "Service", dependencies: ["Ground", "CMicroHTTPD", "CYAML"]),
        .target(name: "Replay", dependencies: ["Simulator", "Avro"]),
        .target(name: "Simulator", dependencies: ["Avro", "Sky", "Ground", "CZlib"]),
        .target(name: "Survey", dependencies: ["Avro", "Sky", "Ground"], exclude: ["README.md"]),
        .target(name: "Archive", dependencies: ["Postgres", "Sky", "Ground"], exclude: ["README.md"]),
        .target(name: "Learning", dependencies: ["AstroM3", "Tensor", "Sky", "Ground"], exclude: ["README.md"]),
        .target(
            name: "Training",
            dependencies: [
                "Learning", "DataSets", "AstroM3", "Plots", "Variability", "Service", "Tensor", "Sky", "Ground",
            ],
            exclude: ["README.md"]
        ),
        .target(name: "Plots"),
        .target(
            name: "DataSets",
            dependencies: ["Service", "Ground", "CCSV", "CFITSIO", "CZlib"],
            exclude: ["README.md"]
        ),
        .target(name: "AstroM3", dependencies: ["Variability", "Tensor", "Sky", "Ground"], exclude: ["README.md"]),
        .target(name: "Variability", dependencies: ["Sky", "CKissFFT"], exclude: ["README.md"]),
        .target(name: "Discovery", dependencies: ["Tensor", "Sky"]),
        .target(name: "Avro", dependencies: ["Ground", "CAvro", "CCurl", "CPrefetch", "CSnappy", "CZlib", "CZstd"]),
        .target(name: "Kafka", dependencies: ["CRdkafka"]),
        .target(name: "Postgres", dependencies: ["Ground", "CPQ"]),
        .target(name: "Tensor", dependencies: ["CKernels", "COpenBLAS"]),
        .target(name: "Sky", dependencies: ["Ground"]),
        .target(name: "Ground", dependencies: ["CCrypto", "CSpawn", "CZlib"]),

        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),
        .systemLibrary(name: "CCSV", providers: [.apt(["libcsv-dev"])]),
        .systemLibrary(name: "CFITSIO", pkgConfig: "cfitsio", providers: [.apt(["libcfitsio-dev"])]),
        .systemLibrary(name: "CAvro", pkgConfig: "avro-c", providers: [.apt(["libavro-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CKissFFT", providers: [.apt(["libkissfft-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CPrefetch"),
        .systemLibrary(name: "CRdkafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CSpawn"),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .target(name: "TestSupport", dependencies: ["Postgres"], path: "Tests/TestSupport"),
        .target(
            name: "SimulationSupport",
            dependencies: ["Avro", "Simulator", "Ground"],
            path: "Tests/SimulationSupport"
        ),
        .testTarget(name: "GroundTests", dependencies: ["Ground"]),
        .testTarget(name: "SkyTests", dependencies: ["Sky"]),
        .testTarget(name: "AvroTests", dependencies: ["Avro", "Ground", "CAvro"]),
        .testTarget(name: "SurveyTests", dependencies: ["Survey", "Avro", "Sky", "Ground"]),
        .testTarget(name: "KafkaTests", dependencies: ["Kafka", "TestSupport"]),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"]),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive", "Postgres", "Sky", "Ground", "TestSupport"]),
        .testTarget(name: "TensorTests", dependencies: ["Tensor"]),
        .target(name: "ModelSupport", dependencies: ["AstroM3", "Tensor"], path: "Tests/ModelSupport"),
        .testTarget(name: "PlotsTests", dependencies: ["Plots"]),
        .target(name: "DataSetSupport", path: "Tests/DataSetSupport"),
        .testTarget(name: "DataSetsTests", dependencies: ["DataSets", "DataSetSupport"]),
        .testTarget(
            name: "LearningTests",
            dependencies: ["Learning", "AstroM3", "Tensor", "Sky", "ModelSupport"]
        ),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "Learning", "DataSets", "AstroM3", "Tensor", "Sky", "Ground", "DataSetSupport",
            ]
        ),
        .testTarget(
            name: "AstroM3Tests",
            dependencies: ["AstroM3", "Variability", "Tensor", "Sky", "Ground", "ModelSupport"]
        ),
        .testTarget(name: "VariabilityTests", dependencies: ["Variability", "Sky", "Ground"]),
        .testTarget(name: "DiscoveryTests", dependencies: ["Discovery", "Sky"]),
        .testTarget(
            name: "ReplayTests",
            dependencies: ["Replay", "Simulator", "Survey", "Avro", "Sky", "SimulationSupport"]
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Simulator", "Survey", "Avro", "Sky", "Ground", "CZlib", "SimulationSupport"]
        ),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "Broker", "Settings", "Service", "Survey", "Archive", "Postgres", "Kafka", "Avro", "Sky", "Ground",
                "TestSupport",
            ]
        ),
        .testTarget(name: "SettingsTests", dependencies: ["Settings", "Service", "Ground"]),
        .testTarget(name: "ServiceTests", dependencies: ["Service", "Ground"]),
    ]
)

for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}

// `Deploy/test` builds twice, each time only the tests that it then runs: "only" or "except", then names of targets. In debug
// ("except") nothing is built that these tests do not stand on; in release the program is, which Tests/Python drives.
if let words = Context.environment["TRIFID_TEST_TARGETS"]?.split(separator: " ").map(String.init), words.count > 1 {
    package.targets.removeAll { $0.type == .test && words.dropFirst().contains($0.name) != (words[0] == "only") }
    if words[0] == "except" {
        var reached = Set(package.targets.filter { $0.type == .test }.map(\.name))
        var found = reached
        while !found.isEmpty {
            found = Set(package.targets.filter { found.contains($0.name) }.flatMap(namesOfDependencies)).subtracting(
                reached
            )
            reached.formUnion(found)
        }
        package.targets.removeAll { !reached.contains($0.name) }
        package.products = []
    }
}

func namesOfDependencies(_ target: Target) -> [String] {
    target.dependencies.compactMap { dependency in
        switch dependency {
        case .byNameItem(let name, _), .targetItem(let name, _): name
        default: nil
        }
    }
}
