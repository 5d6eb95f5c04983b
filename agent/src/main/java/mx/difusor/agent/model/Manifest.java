package mx.difusor.agent.model;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * What {@code manifest.json} at a package's root says (contract, "A package"). The convocatoria defines no manifest;
 * its format is this project's.
 *
 * @param sequence from 1 to {@link #MAX_SEQUENCE}
 * @param cut the instant of the count, with the offset the Institute wrote
 * @param last the manifest's {@code final}: no later cut will come
 * @param files every file of the archive but the manifest
 * @param remove paths that this package takes off the tree
 */
public record Manifest(
        String event,
        Kind kind,
        long sequence,
        OffsetDateTime cut,
        boolean last,
        List<ManifestFile> files,
        List<String> remove) {

    public static final String FORMAT = "difusor-package/1";
    public static final String NAME = "manifest.json";
    public static final long MAX_SEQUENCE = 999_999_999;

    public Manifest {
        files = List.copyOf(files);
        remove = List.copyOf(remove);
    }
}
