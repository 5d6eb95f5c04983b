package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives that other projects keep against their own readers; none gets through. */
class AdversarialArchivesTest {

    @TempDir
    Path folder;

    /** The special modes are no structure: they are ignored, and the package fails for want of a manifest. */
    @ParameterizedTest
    @CsvSource({
        "cc-COMPRESS-553-fail.tar, PATH_UNSAFE",
        "cc-COMPRESS-569-fail.tar, ARCHIVE_CORRUPT",
        "cc-archive_with_bytes_after_data.zip, ARCHIVE_CORRUPT",
        "cc-bla-stored-dd-contradicts-actualsize.zip, ARCHIVE_CORRUPT",
        "cc-getNextTarEntry.bin, ARCHIVE_CORRUPT",
        "cc-members.gz, ARCHIVE_CORRUPT",
        "cc-paxHeaders.bin, ARCHIVE_CORRUPT",
        "safearchive-case-insensitive.tar, ENTRY_FORBIDDEN",
        "safearchive-case-insensitive.zip, ENTRY_FORBIDDEN",
        "safearchive-specialfiles.tar, ENTRY_FORBIDDEN",
        "safearchive-specialmodes.tar, MANIFEST_MISSING",
        "safearchive-specialmodes.zip, MANIFEST_MISSING",
        "safearchive-symlinks.zip, ENTRY_FORBIDDEN",
        "safearchive-symlinks2.zip, ENTRY_FORBIDDEN",
        "safearchive-symlinks3.zip, ENTRY_FORBIDDEN",
        "safearchive-traverse-slash-at-the-end.tar, ENTRY_FORBIDDEN",
        "safearchive-traverse-via-links.tar, ENTRY_FORBIDDEN",
        "safearchive-traverse.tar, PATH_UNSAFE",
        "safearchive-winshort.tar, PATH_UNSAFE",
        "safearchive-winshort.zip, PATH_UNSAFE",
        "snyk-zip-slip-win.tar, PATH_UNSAFE",
        "snyk-zip-slip-win.zip, PATH_UNSAFE",
        "snyk-zip-slip.tar, PATH_UNSAFE",
        "snyk-zip-slip.zip, PATH_UNSAFE",
        "yauzl-absolute-drive.zip, ARCHIVE_CORRUPT",
        "yauzl-absolute-slash.zip, ARCHIVE_CORRUPT",
        "yauzl-backslash-name.zip, ARCHIVE_CORRUPT",
        "yauzl-bad-local-header.zip, ARCHIVE_CORRUPT",
        "yauzl-lies-about-size-too-few.zip, ARCHIVE_CORRUPT",
        "yauzl-lies-about-size-too-many.zip, ARCHIVE_CORRUPT",
        "yauzl-unicode-path-extra.zip, PATH_UNSAFE",
        "yauzl-wrong-entry-sizes.zip, ARCHIVE_CORRUPT",
    })
    void isRefusedAndWritesNothingOutside(String file, Reason expected) throws IOException {
        Path archive = Bench.shared("adversarial").resolve(file);
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Bench bench = new Bench(inside);

        Verdict verdict = bench.judge(archive, nameFor(file));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.reason()).as(rejected.toString()).isEqualTo(expected);
            assertThat(rejected.signers()).isEqualTo(Bench.SIGNERS);
        });
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(inside));
    }

    @Test
    void noFileOfTheFolderIsForgotten() throws Exception {
        CsvSource listed = AdversarialArchivesTest.class
                .getDeclaredMethod("isRefusedAndWritesNothingOutside", String.class, Reason.class)
                .getAnnotation(CsvSource.class);
        try (Stream<Path> files = Files.list(Bench.shared("adversarial"))) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).filter(name -> !name.equals("README.md")))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(listed.value())
                            .map(line -> line.substring(0, line.indexOf(',')))
                            .toList());
        }
    }

    private static String nameFor(String file) {
        return file.replace(".bin", ".tar").replaceAll("^cc-members.gz$", "cc-members.tar.gz");
    }
}
