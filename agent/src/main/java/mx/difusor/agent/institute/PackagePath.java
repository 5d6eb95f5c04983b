package mx.difusor.agent.institute;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a path inside a package may be (contract, "A package"), so that nothing is packed that must be refused. */
final class PackagePath {

    /** Longest path in UTF-8 bytes that every file system of the three platforms takes below a home. */
    static final int MAX_PATH_BYTES = 1_024;

    /** Longest name in UTF-8 bytes, as ext4, UFS and NTFS have it. */
    static final int MAX_NAME_BYTES = 255;

    private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cc}\\\\:*?\"<>|]");
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "conin$", "conout$", "clock$");
    private static final Pattern NUMBERED_DEVICE = Pattern.compile("(com|lpt)[0-9\u00b9\u00b2\u00b3]");

    private PackagePath() {}

    /** The form in which paths are written: Unicode NFC. */
    static String normal(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC);
    }

    /** Why {@code path} cannot be packed; null when it can. */
    static @Nullable String objection(String path) {
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            return "the path is longer than " + MAX_PATH_BYTES + " bytes";
        }
        for (String name : path.split("/", -1)) {
            String objection = objectionToName(name);
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    private static @Nullable String objectionToName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return "an empty name, \".\" or \"..\" is not allowed";
        }
        if (name.startsWith(".")) {
            return "names that begin with a dot are not published";
        }
        if (FORBIDDEN.matcher(name).find()) {
            return "control characters and any of \\ : * ? \" < > | are not allowed in names";
        }
        if (name.endsWith(".") || name.endsWith(" ")) {
            return "names must not end with a dot or a space";
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            return "a name is longer than " + MAX_NAME_BYTES + " bytes";
        }
        int dot = name.indexOf('.');
        String stem = (dot < 0 ? name : name.substring(0, dot)).stripTrailing().toLowerCase(Locale.ROOT);
        if (DEVICES.contains(stem) || NUMBERED_DEVICE.matcher(stem).matches()) {
            return "Windows reserves this name for a device";
        }
        return null;
    }
}
