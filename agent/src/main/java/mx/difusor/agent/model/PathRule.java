package mx.difusor.agent.model;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one rule for what a path in a package may be, so that it means the same on Linux, FreeBSD and Windows (contract, "A
 * package"), and how much of it there may be. Who packs and who judges share it: what one packs the other takes.
 */
public final class PathRule {

    /** Of a path, in UTF-8. */
    public static final int MAX_BYTES = 240;

    /** Of one name of a path, in UTF-8. */
    public static final int MAX_NAME_BYTES = 120;

    /** Names in a path. */
    public static final int MAX_DEPTH = 16;

    /** Files and folders in one package, the manifest and every folder that a path goes through among them. */
    public static final int MAX_ENTRIES = 50_000;

    /** Two problems that have cures of their own. */
    public static final String BACKSLASH = "has a backslash where / has to separate";

    public static final String OTHER_FORM = "is not in Unicode's normal form C (macOS writes form D)";

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

    private PathRule() {}

    /** As below, with the limits above. */
    public static Optional<String> problem(String path) {
        return problem(path, MAX_BYTES, MAX_NAME_BYTES, MAX_DEPTH);
    }

    /** What is wrong with a path, as the end of a sentence that begins with it; empty when it is good. */
    public static Optional<String> problem(String path, int maxBytes, int maxNameBytes, int maxDepth) {
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
            return Optional.of(OTHER_FORM);
        }
        if (bytes(path) > maxBytes) {
            return Optional.of("is longer than " + maxBytes + " bytes");
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
            if (bytes(segment) > maxNameBytes) {
                return Optional.of("has a name longer than " + maxNameBytes + " bytes");
            }
        }
        return segments.length > maxDepth ? Optional.of("is deeper than " + maxDepth + " folders") : Optional.empty();
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
}
