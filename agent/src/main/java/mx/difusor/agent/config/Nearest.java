package mx.difusor.agent.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which of the known words somebody meant. */
final class Nearest {

    /** A third of a word may be wrong; more is another word. */
    private static final int LETTERS_PER_SLIP = 3;

    /** Longer than any key; a giant key must not cost time. */
    private static final int MAX_LENGTH = 64;

    private Nearest() {}

    static Optional<String> to(String word, List<String> known) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return known.stream()
                .filter(one -> slips(word, one) <= Math.max(1, one.length() / LETTERS_PER_SLIP))
                .min(Comparator.comparingInt(one -> slips(word, one)));
    }

    /** Levenshtein distance, upper and lower case being the same, and so are {@code a-b}, {@code a_b} and {@code ab}. */
    private static int slips(String one, String other) {
        String a = plain(one);
        String b = plain(other);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }
}
