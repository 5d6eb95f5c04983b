package mx.difusor.agent.intake;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import mx.difusor.agent.model.Sidecars;

/**
 * What a file name in {@code /entrada} means (contract, "A package" and "SFTP, as the Institute sees it").
 *
 * @param text the name as the uploader wrote it
 * @param archive the package's file name {@code NAME.EXT}; for a temporary name the name itself
 */
record UploadName(String text, Role role, String archive) {

    enum Role {
        /** {@code .part .filepart .partial .tmp} and dot-files: never judged. */
        TEMPORARY,
        ARCHIVE,
        SIGNATURE,
        CHECKSUM
    }

    /** So that the receipt's name and a temporary suffix still fit the 255 bytes of common file systems. */
    static final int MAX_BYTES = 200;

    /** The door's own folder inside each uploader's; no upload can have this name. */
    static final String CLAIMED = ".claimed";

    private static final List<String> ARCHIVES = List.of(".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.zst");
    private static final List<String> TEMPORARY = List.of(".part", ".filepart", ".partial", ".tmp");
    /** What stands after a sidecar's own suffix while it is uploaded; nothing where the name begins with a dot. */
    private static final List<String> TEMPORARY_SIDECAR_ENDS =
            Stream.concat(Stream.of(""), TEMPORARY.stream()).toList();

    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");
    private static final String WINDOWS_INVALID = "\\/:*?\"<>|";

    private static final String ALLOWED =
            "name.zip, .tar, .tar.gz, .tgz, .tar.xz or .tar.zst, the same with .p7s, .sig, .asc or .sha256 after it,"
                    + " and temporary names that end in .part, .filepart, .partial or .tmp";

    /** @throws Refused when {@code /entrada} takes no file of this name; its text says which names it takes */
    static UploadName parse(String text) throws Refused {
        requireSafe(text);
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith(".") || endsWithAny(lower, TEMPORARY)) {
            return new UploadName(text, Role.TEMPORARY, text);
        }
        if (isArchive(lower)) {
            return new UploadName(text, Role.ARCHIVE, text);
        }
        for (String suffix : Sidecars.SIGNATURES) {
            if (lower.endsWith(suffix) && isArchive(without(lower, suffix))) {
                return new UploadName(text, Role.SIGNATURE, without(text, suffix));
            }
        }
        if (lower.endsWith(Sidecars.CHECKSUM) && isArchive(without(lower, Sidecars.CHECKSUM))) {
            return new UploadName(text, Role.CHECKSUM, without(text, Sidecars.CHECKSUM));
        }
        throw new Refused(Refused.Kind.NAME, "file name not taken here: " + text + "; taken are " + ALLOWED);
    }

    /** @throws Refused where this host's file system cannot hold the name */
    Path in(Path folder) throws Refused {
        try {
            return folder.resolve(text);
        } catch (InvalidPathException e) {
            throw new Refused(Refused.Kind.NAME, "file name cannot be stored on this host; use plain ASCII");
        }
    }

    boolean isTemporary() {
        return role == Role.TEMPORARY;
    }

    /** A signature or a checksum, under a temporary name too. */
    boolean isSidecar() {
        return switch (role) {
            case SIGNATURE, CHECKSUM -> true;
            case ARCHIVE -> false;
            case TEMPORARY ->
                Stream.concat(Sidecars.SIGNATURES.stream(), Stream.of(Sidecars.CHECKSUM))
                        .anyMatch(suffix -> TEMPORARY_SIDECAR_ENDS.stream()
                                .anyMatch(end -> text.toLowerCase(Locale.ROOT).endsWith(suffix + end)));
        };
    }

    private static void requireSafe(String text) throws Refused {
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new Refused(Refused.Kind.NAME, "file name longer than " + MAX_BYTES + " bytes, or empty");
        }
        if (text.chars().anyMatch(UploadName::isUnsafe) || text.endsWith(".") || text.endsWith(" ")) {
            throw new Refused(
                    Refused.Kind.NAME,
                    "file name not valid on every system: no control characters, none of " + WINDOWS_INVALID
                            + ", no dot or space at the end");
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String stem = lower.contains(".") ? lower.substring(0, lower.indexOf('.')) : lower;
        if (DEVICES.contains(stem) || stem.matches("(com|lpt)[0-9]") || lower.equals(CLAIMED)) {
            throw new Refused(Refused.Kind.NAME, "file name reserved: " + text);
        }
    }

    private static boolean isUnsafe(int c) {
        return Character.isISOControl(c) || c == 0xFFFD || WINDOWS_INVALID.indexOf(c) >= 0;
    }

    private static boolean isArchive(String lower) {
        return ARCHIVES.stream().anyMatch(suffix -> lower.endsWith(suffix) && lower.length() > suffix.length());
    }

    private static boolean endsWithAny(String lower, List<String> suffixes) {
        return suffixes.stream().anyMatch(lower::endsWith);
    }

    private static String without(String text, String suffix) {
        return text.substring(0, text.length() - suffix.length());
    }
}
