package mx.difusor.agent.model;

import java.text.Normalizer;
import java.util.Locale;

/**
 * The one rule for which two paths cannot stand beside one another on every file system (contract, "A package": no two
 * that differ only in case). Who packs, who checks one package and who lays packages over one another share it.
 */
public final class FoldedPath {

    private static final char MAX_ASCII = 0x7F;

    private FoldedPath() {}

    /**
     * Equal for two paths that some file system takes for the same: whatever its case (the small first, since ẞ has ß
     * and only that has SS; ı and İ as Turkish has them) and its compatibility forms (ZFS with normalization=formKC).
     */
    public static String of(String path) {
        if (isAscii(path)) {
            return path.toLowerCase(Locale.ROOT); // what follows does no more with these, and takes ten times as long
        }
        String folded = compatible(path)
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace("i\u0307", "i");
        return compatible(folded);
    }

    /** Whether none of Unicode's rules is needed for it. */
    public static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > MAX_ASCII) {
                return false;
            }
        }
        return true;
    }

    private static String compatible(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
}
