package mx.difusor.agent.verify;

import java.util.Locale;
import java.util.Optional;

/** The formats of a package (contract, "A package"); the file's name decides and the bytes have to agree. */
enum ArchiveFormat {
    ZIP,
    TAR,
    TAR_GZ,
    TAR_XZ,
    TAR_ZST;

    static final String EXTENSIONS = "zip, tar, tar.gz, tgz, tar.xz, tar.zst";

    /** By the name's end, in any case. */
    static Optional<ArchiveFormat> ofName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".zip")) {
            return Optional.of(ZIP);
        } else if (lower.endsWith(".tar")) {
            return Optional.of(TAR);
        } else if (lower.endsWith(".tar.gz") || lower.endsWith(".tgz")) {
            return Optional.of(TAR_GZ);
        } else if (lower.endsWith(".tar.xz")) {
            return Optional.of(TAR_XZ);
        } else if (lower.endsWith(".tar.zst")) {
            return Optional.of(TAR_ZST);
        }
        return Optional.empty();
    }
}
