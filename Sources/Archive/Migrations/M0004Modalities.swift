extension Migration {
    /// Spectra and catalogue metadata, and their embeddings.
    static let modalities = Migration(
        version: 4,
        name: "modalities",
        sql: """
            -- object: the survey's name of the object, null where only the position is known; survey_id: null for any.
            -- Wavelengths in Angstrom (vacuum, observed frame); mjd NaN where unknown. digest: of the content, so that
            -- the same spectrum loaded again is no second one.
            CREATE TABLE spectra (
                spectrum_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                survey_id smallint,
                object text,
                ra double precision,
                dec double precision,
                mjd double precision NOT NULL,
                source text NOT NULL,
                wavelength real[] NOT NULL,
                flux real[] NOT NULL,
                uncertainty real[] NOT NULL,
                digest bytea NOT NULL UNIQUE,
                stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                CHECK (object IS NOT NULL OR ra IS NOT NULL),
                CHECK ((ra IS NULL) = (dec IS NULL))
            );
            CREATE INDEX spectra_object ON spectra (object) WHERE object IS NOT NULL;
            CREATE INDEX spectra_position ON spectra (q3c_ang2ipix(ra, dec)) WHERE ra IS NOT NULL;

            CREATE TABLE spectrum_embeddings (
                spectrum_id bigint NOT NULL REFERENCES spectra ON DELETE CASCADE,
                model_id integer NOT NULL,
                embedding real[] NOT NULL,
                PRIMARY KEY (spectrum_id, model_id)
            );

            -- features: the 34 of AstroM3 in the published order, NaN where unknown.
            CREATE TABLE metadata (
                metadata_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                survey_id smallint,
                object text,
                ra double precision,
                dec double precision,
                source text NOT NULL,
                features real[] NOT NULL CHECK (cardinality(features) = 34),
                digest bytea NOT NULL UNIQUE,
                stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                CHECK (object IS NOT NULL OR ra IS NOT NULL),
                CHECK ((ra IS NULL) = (dec IS NULL))
            );
            CREATE INDEX metadata_object ON metadata (object) WHERE object IS NOT NULL;
            CREATE INDEX metadata_position ON metadata (q3c_ang2ipix(ra, dec)) WHERE ra IS NOT NULL;

            CREATE TABLE metadata_embeddings (
                metadata_id bigint NOT NULL REFERENCES metadata ON DELETE CASCADE,
                model_id integer NOT NULL,
                embedding real[] NOT NULL,
                PRIMARY KEY (metadata_id, model_id)
            );
            """
    )
}
