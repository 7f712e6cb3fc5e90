import Ground
import Testing

@testable import Service
@testable import Settings

/// Passwords in every form that the libraries take, and in forms that nobody takes: none is shown.
@Suite struct SecretsTests {
    private func texts(_ loader: ConfigurationLoader) -> [String] {
        ConfigurationKeys.all.flatMap { key in
            let shown = loader.configuration.shown(key)
            return [shown.yamlText, shown.json.line]
        } + loader.problems.flatMap { [$0.description, $0.json.line] }
    }

    private func load(_ environment: [String: String] = [:], assignments: [String] = []) -> ConfigurationLoader {
        var loader = ConfigurationLoader()
        loader.loadAll(file: nil, environment: environment, assignments: assignments)
        return loader
    }

    @Test(
        arguments: [
            ("postgresql://u:SE#CRET@h/d", "postgresql://u:********@h/d"),
            ("postgresql://u:SE?CRET@h/d", "postgresql://u:********@h/d"),
            ("postgresql://u:SE%2FCRET@h/d", "postgresql://u:********@h/d"),
            ("postgresql://h/d?user=u&?", nil),
            ("postgresql://u@h/d?%70assword=SECRET", "postgresql://u:********@h/d"),
            ("postgresql://u@h/d?sslpassword=SECRET", "postgresql://u@h/d?sslpassword=********"),
            ("password=SE\\ CRET host=h", "password=******** host=h"),
            ("host=h password = 'a \\' SECRET' user=u", "user=u password=******** host=h"),
            ("postgresql://u:SE/CRET@h/d", nil),
            ("postgresql://u:5432/SECRET@h/d", nil),
            ("postgresql://u:SECRET%zz@h/d", nil),
            ("postgresql://u:SECRET@[::1/d", nil),
            ("postgresql://h/d?password=SE&CRET", nil),
            ("host=h password=SE CRET", nil),
            ("host=h password='SECRET", nil),
            ("dbname=postgresql://u:SECRET@h/d", nil),
            ("postgresql://u:SECRET@h/d?nosuch=1", nil),
            ("mysql://u:SECRET@h/d", nil),
            ("u:SECRET@h/d", nil),
        ] as [(String, String?)]
    )
    func aDatabasePassword(url: String, shown: String?) {
        for loader in [load(["TRIFID_POSTGRES_URL": url]), load(assignments: ["postgres.url=\(url)"])] {
            for text in texts(loader) { #expect(!text.contains("CRET"), "\(text)") }
            #expect(loader.problems.isEmpty == (shown != nil), "\(loader.problems)")
        }
        if let shown { #expect(SettingChecks.maskPostgres(url) == shown) }
        #expect(!SettingChecks.maskPostgres(url).contains("CRET"))
    }

    @Test(
        arguments: [
            ("https://u:SECRET@h/p", "https://u:********@h/p"),
            ("https://SECRET@h:8081", "https://********@h:8081"),
            ("https://u:SE#CRET@h/p", nil), ("https://u:SE?CRET@h/p", nil), ("https://u:SE/CRET@h/p", nil),
            ("https://u:SE@CRET@h/p", nil), ("https://h/p?key=SECRET", nil), ("https://h/p#SECRET", nil),
            ("https://h:SECRET/p", nil), ("u:SECRET@h", nil), ("ftp://u:SECRET@h", nil),
        ] as [(String, String?)]
    )
    func aRegistryPassword(url: String, shown: String?) {
        let loader = load(["TRIFID_REGISTRY_URL": url])
        for text in texts(loader) { #expect(!text.contains("CRET"), "\(text)") }
        #expect(loader.problems.isEmpty == (shown != nil), "\(loader.problems)")
        if let shown { #expect(SettingChecks.maskRegistry(url) == shown) }
        if url.contains("@") { #expect(SettingChecks.maskRegistry(url)?.contains("CRET") == false) }
    }

    @Test(arguments: [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.config", "ssl.key.pem",
    ])
    func aKafkaPassword(name: String) {
        #expect(SettingChecks.maskProperties([name: "SECRET"]) == [name: "********"])
        #expect(SettingChecks.maskProperties(["sasl.username": "u"]) == ["sasl.username": "u"])
    }

    @Test func aCommaThatIsNotEscapedShowsNothingOfThePasswordBehindIt() {
        let loader = load(["TRIFID_KAFKA_PROPERTIES": "sasl.password=SEC,CRET=x"])
        #expect(loader.problems.count == 1)
        #expect(loader.problems.first?.message.contains("write a comma") == true)
        for text in texts(loader) { #expect(!text.contains("SEC") && !text.contains("CRET"), "\(text)") }
        let escaped = load(["TRIFID_KAFKA_PROPERTIES": #"sasl.password=SE\,CR\\ET,linger.ms=5"#])
        #expect(escaped.problems.isEmpty)
        #expect(escaped.configuration.kafka.properties == ["sasl.password": #"SE,CR\ET"#, "linger.ms": "5"])
    }

    @Test func aPasswordInTheWrongPlaceIsNotShown() {
        var loader = load(assignments: [
            "postgres.url:postgresql://u:SECRET@h/d?sslmode=require", "postgresql://SECRET",
        ])
        loader.load(
            yaml: Array("postgres: \"postgresql://u:SECRET@h/d\"\nkafka: {brokers: \"u:SECRET@h\"}\n".utf8),
            named: "f"
        )
        #expect(loader.problems.count == 4)
        for text in texts(loader) { #expect(!text.contains("SECRET"), "\(text)") }
    }
}
