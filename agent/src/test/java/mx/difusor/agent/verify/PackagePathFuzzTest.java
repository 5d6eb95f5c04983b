package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;
import mx.difusor.agent.model.Reason;

/** The paths of files come from the network. */
class PackagePathFuzzTest {

    private static final Path FOLDER = Path.of("/var/lib/difusor/releases/pel-2024/r");

    /** @param raw paths, one a line */
    @FuzzTest
    void pathsAreSafeAndDistinctEverywhereOrRefused(byte[] raw) {
        PathLedger ledger =
                new PathLedger(FuzzBench.LIMITS, "the archive", Reason.ARCHIVE_CORRUPT, Reason.ARCHIVE_BOMB);
        String previous = null;
        for (String path : new String(raw, StandardCharsets.UTF_8).split("\n", -1)) {
            try {
                ledger.file(path);
            } catch (UnreadablePackageException e) {
                assertThat(e.reason()).isIn(Reason.PATH_UNSAFE, Reason.ARCHIVE_CORRUPT);
                assertThat(e.explanation()).isNotBlank().doesNotContainPattern("[\\p{Cntrl}\\p{Cf}]");
                continue;
            }
            expectSafe(path);
            if (previous != null) {
                expectDistinct(path, previous);
            }
            previous = path;
        }
    }

    private static void expectSafe(String path) {
        Path file = FOLDER.resolve(path);
        assertThat(file.normalize().equals(file) && file.startsWith(FOLDER) && !file.equals(FOLDER))
                .isTrue();
        assertThat(path)
                .isEqualTo(Normalizer.normalize(path, Normalizer.Form.NFC))
                .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\\\:*?\"<>|]")
                .doesNotContainPattern("(^|/)(\\.{0,2}|[^/]*[. ])(/|$)")
                .doesNotContainPattern("(?i)(^|/)(con|prn|aux|nul|(com|lpt)[0-9])(\\.|/|$)");
        assertThat(new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(path);
    }

    private static void expectDistinct(String one, String other) {
        assertThat(one.equalsIgnoreCase(other)).isFalse();
        assertThat(looseForm(one)).isNotEqualTo(looseForm(other));
    }

    private static String looseForm(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }
}
