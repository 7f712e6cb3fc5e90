extension Migration {
    /// Who uses this database, and the names that other tables hold as numbers.
    static let foundation = Migration(
        version: 1,
        name: "foundation",
        sql: """
            CREATE EXTENSION IF NOT EXISTS q3c;

            -- One row: the cluster and the group of the first start. A start with others is refused.
            CREATE TABLE meta (
                one boolean PRIMARY KEY DEFAULT true CHECK (one),
                cluster_id text NOT NULL,
                consumer_group text NOT NULL,
                first_start timestamptz NOT NULL DEFAULT now()
            );

            CREATE TABLE surveys (
                survey_id smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                name text NOT NULL UNIQUE
            );

            CREATE TABLE topics (
                topic_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                name text NOT NULL UNIQUE
            );

            -- wavelength: effective wavelength in nanometres, NaN where unknown.
            CREATE TABLE bands (
                band_id smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                name text NOT NULL,
                wavelength real NOT NULL,
                UNIQUE (name, wavelength)
            );

            -- Models whose embeddings are stored, by the checksum of their folder.
            CREATE TABLE models (
                model_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                checksum text NOT NULL UNIQUE
            );
            """
    )
}
