package mx.difusor.agent.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys of a base's rows, sorted; a key that several rows share is there several times, because real bases have
 * such rows. Immutable.
 */
final class RowKeys {

    /** Real keys have 11 to 20 characters; of a longer one the beginning counts. */
    static final int MAX_KEY_BYTES = 64;

    private static final int EXAMPLES = 3;

    private final byte[][] sorted;

    private RowKeys(byte[][] sorted) {
        this.sorted = sorted;
    }

    static RowKeys of(List<byte[]> keys) {
        byte[][] sorted = keys.toArray(byte[][]::new);
        Arrays.sort(sorted, Arrays::compare);
        return new RowKeys(sorted);
    }

    int size() {
        return sorted.length;
    }

    /** Keys that are there more often in {@code before} than here. */
    record Missing(int count, List<String> examples) {}

    Missing missingOf(RowKeys before) {
        int count = 0;
        List<String> examples = new ArrayList<>();
        int mine = 0;
        for (byte[] key : before.sorted) {
            while (mine < sorted.length && Arrays.compare(sorted[mine], key) < 0) {
                mine++;
            }
            if (mine < sorted.length && Arrays.equals(sorted[mine], key)) {
                mine++;
                continue;
            }
            count++;
            if (examples.size() < EXAMPLES) {
                examples.add(PackagePath.printable(new String(key, StandardCharsets.UTF_8)));
            }
        }
        return new Missing(count, examples);
    }
}
