package mx.difusor.agent.verify;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.PathRule;

/**
 * What a path in a package may be, so that it means the same on Linux, FreeBSD and Windows (contract, "A package").
 * Holds for the entries of the archive and for {@code files} and {@code remove} of the manifest.
 */
final class PackagePath {

    private static final int PRINTABLE_LENGTH = 200;
    private static final String FORM_C =
            "use letters without accents, or make the package with difusor pack, which writes form C";
    private static final String DOT_FIRST = "./";

    private PackagePath() {}

    /** @throws UnreadablePackageException {@code path-unsafe} unless the bytes are UTF-8 */
    static String decode(byte[] raw) throws UnreadablePackageException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            throw UnreadablePackageException.unsafe(
                    "a file name is not UTF-8: rename the file, or make the archive where file names are UTF-8",
                    printable(raw));
        }
    }

    /**
     * @param where the path stands: the archive, or the manifest, whose paths another tool may have written
     * @throws UnreadablePackageException {@code path-unsafe}
     */
    static void expectSafe(String path, PackageLimits limits, String where) throws UnreadablePackageException {
        Optional<String> problem = problem(path, limits);
        if (problem.isPresent()) {
            throw UnreadablePackageException.unsafe(
                    where.equals(Manifest.NAME)
                            ? where + " names a path that " + problem.get() + ": " + cureInManifest(problem.get(), path)
                            : "the path " + problem.get() + ": " + cure(problem.get()),
                    printable(path));
        }
    }

    private static String cureInManifest(String problem, String path) {
        if (path.startsWith(DOT_FIRST)) {
            return "leave out the ./ before it";
        }
        return switch (problem) {
            case PathRule.BACKSLASH -> "write the manifest's paths with /";
            case PathRule.OTHER_FORM -> FORM_C;
            default -> "rename the file, and list it by its new name";
        };
    }

    private static String cure(String problem) {
        return switch (problem) {
            case PathRule.BACKSLASH ->
                "pack with another tool than Compress-Archive of an old Windows PowerShell (7-Zip, the tar of Windows"
                        + " 11, .NET 4.6.1 or later), or rename it";
            case PathRule.OTHER_FORM -> FORM_C;
            default -> "rename it";
        };
    }

    /** What is wrong with a path, as the end of a sentence that begins with it; empty when it is good. */
    static Optional<String> problem(String path, PackageLimits limits) {
        return PathRule.problem(path, limits.maxPathBytes(), limits.maxSegmentBytes(), limits.maxDepth());
    }

    /**
     * {@code tar -C FOLDER -c .}, and the {@code tar} that writes zips, put {@code ./} before every path and make an entry
     * for the folder itself, whose path is then empty.
     */
    static String withoutDot(String path) {
        if (path.equals(".")) {
            return "";
        }
        return path.startsWith(DOT_FIRST) ? path.substring(DOT_FIRST.length()) : path;
    }

    /** A name from a package as logs, terminals and receipts can bear it: escaped and cut. */
    static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints().limit(PRINTABLE_LENGTH).forEach(c -> {
            int type = Character.getType(c);
            boolean hidden = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            text.append(hidden ? String.format(Locale.ROOT, "\\u%04x", c) : Character.toString(c));
        });
        return name.codePointCount(0, name.length()) > PRINTABLE_LENGTH ? text + "…" : text.toString();
    }

    static String printable(byte[] rawName) {
        return printable(new String(rawName, StandardCharsets.UTF_8));
    }
}
