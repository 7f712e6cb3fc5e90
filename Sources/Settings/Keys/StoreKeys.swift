/// `postgres`.
package struct PostgresKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "postgres"
    /// What the group is for.
    package static let documentation = "The database: PostgreSQL 15 or newer with the q3c extension."

    /// Where the database is.
    package let url = ConfigurationKey<String>(
        "postgres.url",
        default: "postgresql:///trifid",
        allowed: "postgresql://[user[:password]@][host][:port]/database[?parameters], or name=value pairs of libpq",
        check: SettingChecks.postgres,
        mask: SettingChecks.maskPostgres,
        """
        The database, as libpq reads it. A password is better kept in ~/.pgpass or in TRIFID_POSTGRES_URL than here.
        """
    )
}

/// `registry`.
package struct RegistryKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "registry"
    /// What the group is for.
    package static let documentation = "Schemas of Confluent-framed messages."

    /// Where the registry is.
    package let url = ConfigurationKey<String?>(
        "registry.url",
        default: nil,
        allowed: "a URL as http://host:8081 or https://user:password@host/path",
        check: SettingChecks.registry,
        mask: SettingChecks.maskRegistry,
        "A Confluent schema registry. A user and password may stand in the URL."
    )
    /// Known schemas.
    package let schemas = ConfigurationKey<String?>(
        "registry.schemas",
        default: nil,
        allowed: "path of a folder",
        """
        Folder of known schemas for when there is no registry or it is away. The id of an LSST schema is \
        major * 100 + minor.
        """
    )
}
