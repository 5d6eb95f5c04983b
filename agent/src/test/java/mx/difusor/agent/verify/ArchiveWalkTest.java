package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a visitor does not read is checked all the same, and does not shift what comes behind it. */
class ArchiveWalkTest {

    @TempDir
    Path folder;

    /** Reads nothing. */
    private static final class Names implements ArchiveVisitor {
        private final List<String> seen = new ArrayList<>();

        @Override
        public void folder(String path) {
            seen.add(path + "/");
        }

        @Override
        public Reception file(String path) {
            seen.add(path);
            return content -> {};
        }
    }

    /** The first, which no compressor makes shorter, is longer than any buffer. */
    private static PackageBuilder files() {
        byte[] noise = new byte[300_000];
        new Random(17).nextBytes(noise);
        return PackageBuilder.data()
                .withoutManifest()
                .unlisted("a.txt", noise)
                .unlisted("b.txt", "bbbb".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.rar", "p.gz", "p.zst", "tar", "zip", "p.tar.bz2", ""})
    void anyOtherNameIsOfNoKnownFormat(String name) {
        for (String format : List.of("p.zip", "p.tar.zst")) {
            assertThatThrownBy(() -> names(files().as(format), name))
                    .isInstanceOf(UnreadablePackageException.class)
                    .hasMessageContaining("the name says no known archive format: use one of zip, tar,");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar", "p.tar.gz", "p.tar.xz", "p.tar.zst"})
    void everyEntryIsShownThoughNobodyReadsIt(String name) throws Exception {
        assertThat(names(files().as(name), name)).containsExactly("a.txt", "b.txt");
    }

    @Test
    void aWrongCrcThatNobodyReadsFarEnoughToSee() {
        byte[] zip = files().plainZip();
        zip[200_000] ^= 1;
        assertThatThrownBy(() -> names(zip, "p.zip"))
                .isInstanceOf(UnreadablePackageException.class)
                .hasMessageContaining("does not have the CRC");
    }

    @Test
    void aDiskThatFailsIsSeenAsTheMachineReportsIt() {
        IOException failure = new IOException("input/output error");
        ArchiveVisitor failing = new ArchiveVisitor() {
            @Override
            public void folder(String path) {}

            @Override
            public Reception file(String path) {
                return content -> {
                    throw new ArchiveFile.ReadFailure(failure);
                };
            }
        };
        assertThatThrownBy(() -> walk(files().zip(), "p.zip", failing)).isSameAs(failure);
    }

    private List<String> names(byte[] archive, String name) throws UnreadablePackageException, IOException {
        Names names = new Names();
        walk(archive, name, names);
        return names.seen;
    }

    private void walk(byte[] archive, String name, ArchiveVisitor visitor)
            throws UnreadablePackageException, IOException {
        try (ReadingTurns.Turn turn = new ReadingTurns().begin()) {
            new ArchiveWalk(PackageLimits.defaults(), turn)
                    .walk(Files.write(folder.resolve("archive"), archive), name, visitor);
        }
    }
}
