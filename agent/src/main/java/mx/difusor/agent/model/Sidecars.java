package mx.difusor.agent.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What lies beside a package's archive file (contract, "A package"): its name with one more ending, in any case. */
public final class Sidecars {

    /** In the order in which they are asked. */
    public static final List<String> SIGNATURES = List.of(".p7s", ".sig", ".asc");

    public static final String CHECKSUM = ".sha256";

    private Sidecars() {}

    /** @param ending in lower case */
    public static boolean hasEnding(String name, String ending) {
        return name.toLowerCase(Locale.ROOT).endsWith(ending);
    }

    public static boolean isSignature(String name) {
        return SIGNATURES.stream().anyMatch(ending -> hasEnding(name, ending));
    }

    /** Does this file lie beside that archive? */
    public static boolean isBeside(String archive, String name, String ending) {
        return name.length() == archive.length() + ending.length()
                && name.startsWith(archive)
                && hasEnding(name, ending);
    }

    /** The regular files with that ending beside an archive, by name. */
    public static List<Path> beside(Path archive, String ending) throws IOException {
        String name = String.valueOf(archive.getFileName());
        try (Stream<Path> files = Files.list(archive.toAbsolutePath().resolveSibling(""))) {
            List<Path> found = files.map(file -> archive.resolveSibling(String.valueOf(file.getFileName())))
                    .filter(file -> isBeside(name, String.valueOf(file.getFileName()), ending))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            // Where the disk itself ignores case, the archive's name may be given in another.
            Path plain = archive.resolveSibling(name + ending);
            return found.isEmpty() && Files.isRegularFile(plain) ? List.of(plain) : found;
        }
    }
}
