package mx.difusor.agent.verify;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import mx.difusor.agent.model.FoldedPath;
import mx.difusor.agent.model.Manifest;

/**
 * What a path in a package may be, so that it means the same on Linux, FreeBSD and Windows (contract, "A package").
 * Holds for the entries of the archive and for {@code files} and {@code remove} of the manifest.
 */
final class PackagePath {

    private static final int PRINTABLE_LENGTH = 200;
    private static final String BACKSLASH = "has a backslash where / has to separate";
    private static final String FORBIDDEN = ":*?\"<>|";

    /** Names that Windows gives to devices, whatever their extension; the digits may be superscripts. */
    private static final Pattern DEVICE = Pattern.compile(
            "(?:CON|PRN|AUX|NUL|CLOCK\\$|CONIN\\$|CONOUT\\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3])[ ]*(?:\\..*)?",
            Pattern.CASE_INSENSITIVE);

    /** {@code PROGRA~1}: Windows may take it for another file's short name. */
    private static final Pattern SHORT_NAME = Pattern.compile("~[0-9]");

    /** Unicode's characters that show nothing and are of no type that says so (DerivedCoreProperties, 16.0). */
    private static final BitSet INVISIBLE = new BitSet();

    static {
        INVISIBLE.set(0x034F);
        INVISIBLE.set(0x115F, 0x1161);
        INVISIBLE.set(0x17B4, 0x17B6);
        INVISIBLE.set(0x180B, 0x1810);
        INVISIBLE.set(0x2065);
        INVISIBLE.set(0x2800);
        INVISIBLE.set(0x3164);
        INVISIBLE.set(0xFE00, 0xFE10);
        INVISIBLE.set(0xFFA0);
        INVISIBLE.set(0xFFF0, 0xFFF9);
        INVISIBLE.set(0xE0000, 0xE1000);
    }

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
                            ? where + " names a path that " + problem.get() + ": " + cureInManifest(problem.get())
                            : "the path " + problem.get() + ": " + cure(problem.get()),
                    printable(path));
        }
    }

    private static String cureInManifest(String problem) {
        return problem.equals(BACKSLASH)
                ? "write the manifest's paths with /"
                : "rename the file, and list it by its new name";
    }

    private static String cure(String problem) {
        return problem.equals(BACKSLASH)
                ? "pack with another tool than Compress-Archive of an old Windows PowerShell (7-Zip, the tar of Windows"
                        + " 11, .NET 4.6.1 or later), or rename it"
                : "rename it";
    }

    /** What is wrong with a path, as the end of a sentence that begins with it; empty when it is good. */
    static Optional<String> problem(String path, PackageLimits limits) {
        if (path.isEmpty()) {
            return Optional.of("is empty");
        }
        if (path.startsWith("/")) {
            return Optional.of("is absolute");
        }
        if (path.indexOf('\\') >= 0) {
            return Optional.of(BACKSLASH);
        }
        for (int i = 0; i < path.length(); i += Character.charCount(path.codePointAt(i))) {
            if (isForbidden(path.codePointAt(i))) {
                return Optional.of(
                        String.format(Locale.ROOT, "has the forbidden character U+%04X", path.codePointAt(i)));
            }
        }
        boolean ascii = FoldedPath.isAscii(path);
        if (!ascii && !Normalizer.isNormalized(path, Normalizer.Form.NFC)) {
            return Optional.of("is not in Unicode's normal form C (macOS writes form D)");
        }
        if (bytes(path) > limits.maxPathBytes()) {
            return Optional.of("is longer than " + limits.maxPathBytes() + " bytes");
        }
        String[] segments = path.split("/", -1);
        for (String segment : segments) {
            Optional<String> problem = segmentProblem(segment);
            if (problem.isEmpty() && !ascii) {
                // A full-width dot or letter is a plain one to some programs.
                problem = segmentProblem(compatible(segment));
            }
            if (problem.isPresent()) {
                return problem;
            }
            if (bytes(segment) > limits.maxSegmentBytes()) {
                return Optional.of("has a name longer than " + limits.maxSegmentBytes() + " bytes");
            }
        }
        return segments.length > limits.maxDepth()
                ? Optional.of("is deeper than " + limits.maxDepth() + " folders")
                : Optional.empty();
    }

    private static Optional<String> segmentProblem(String segment) {
        if (segment.isEmpty()) {
            return Optional.of("has an empty name between two slashes");
        } else if (segment.equals(".") || segment.equals("..")) {
            return Optional.of("has " + segment + " in it");
        } else if (segment.endsWith(".")) {
            return Optional.of("has a name that ends in a dot");
        } else if (Character.isSpaceChar(segment.codePointAt(0))
                || Character.isSpaceChar(segment.codePointBefore(segment.length()))) {
            return Optional.of("has a name that begins or ends in a space");
        } else if (DEVICE.matcher(segment).matches()) {
            return Optional.of("has the name of a Windows device");
        } else if (SHORT_NAME.matcher(segment).find()) {
            return Optional.of("looks like a Windows short name, with a ~ and a digit");
        }
        return Optional.empty();
    }

    /** Also what is invisible or changes the reading direction: a person has to see which file it is. */
    private static boolean isForbidden(int codePoint) {
        if (FORBIDDEN.indexOf(codePoint) >= 0 || (codePoint & 0xFFFE) == 0xFFFE || codePoint == 0xFFFD) {
            return true;
        }
        if (INVISIBLE.get(codePoint) || standsForForbidden(codePoint)) {
            return true;
        }
        return switch (Character.getType(codePoint)) {
            // Private use characters stand for forbidden ones in some Windows file systems.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** Full-width and other variants, which some programs turn into the plain character. */
    private static boolean standsForForbidden(int codePoint) {
        return codePoint > 0x7F
                && compatible(Character.toString(codePoint))
                        .chars()
                        .anyMatch(c -> FORBIDDEN.indexOf(c) >= 0 || c == '/' || c == '\\');
    }

    private static String compatible(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
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
