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
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "cc-COMPRESS-553-fail.tar, ARCHIVE_CORRUPT, a header of the tar is damaged",
                "cc-COMPRESS-569-fail.tar, ARCHIVE_CORRUPT, a header of the tar is damaged",
                "cc-archive_with_bytes_after_data.zip, ARCHIVE_CORRUPT, followed by bytes that belong to no file",
                "cc-bla-stored-dd-contradicts-actualsize.zip, ARCHIVE_CORRUPT, records at the zip's end contradict each other or leave bytes out",
                "cc-getNextTarEntry.bin, ARCHIVE_CORRUPT, two headers describe one entry",
                "cc-members.gz, ARCHIVE_CORRUPT, the tar is cut off",
                "cc-paxHeaders.bin, ARCHIVE_CORRUPT, two headers describe one entry",
                "safearchive-case-insensitive.tar, ENTRY_FORBIDDEN, neither a file nor a folder (type 2)",
                "safearchive-case-insensitive.zip, ENTRY_FORBIDDEN, neither a file nor a folder",
                "safearchive-specialfiles.tar, ENTRY_FORBIDDEN, neither a file nor a folder (type 6)",
                "safearchive-specialmodes.tar, MANIFEST_MISSING, no manifest.json",
                "safearchive-specialmodes.zip, MANIFEST_MISSING, no manifest.json",
                "safearchive-symlinks.zip, ENTRY_FORBIDDEN, neither a file nor a folder",
                "safearchive-symlinks2.zip, ENTRY_FORBIDDEN, neither a file nor a folder",
                "safearchive-symlinks3.zip, ENTRY_FORBIDDEN, neither a file nor a folder",
                "safearchive-traverse-slash-at-the-end.tar, ENTRY_FORBIDDEN, neither a file nor a folder (type 2)",
                "safearchive-traverse-via-links.tar, ENTRY_FORBIDDEN, neither a file nor a folder (type 2)",
                "safearchive-traverse.tar, PATH_UNSAFE, is absolute",
                "safearchive-winshort.tar, PATH_UNSAFE, looks like a Windows short name",
                "safearchive-winshort.zip, PATH_UNSAFE, looks like a Windows short name",
                "snyk-zip-slip-win.tar, PATH_UNSAFE, has a backslash",
                "snyk-zip-slip-win.zip, PATH_UNSAFE, has a backslash",
                "snyk-zip-slip.tar, PATH_UNSAFE, has .. in it",
                "snyk-zip-slip.zip, PATH_UNSAFE, has .. in it",
                "yauzl-absolute-drive.zip, ARCHIVE_CORRUPT, give different names",
                "yauzl-absolute-slash.zip, ARCHIVE_CORRUPT, give different names",
                "yauzl-backslash-name.zip, ARCHIVE_CORRUPT, give different names",
                "yauzl-bad-local-header.zip, ARCHIVE_CORRUPT, points at no entry",
                "yauzl-lies-about-size-too-few.zip, ARCHIVE_CORRUPT, give different sizes or CRCs",
                "yauzl-lies-about-size-too-many.zip, ARCHIVE_CORRUPT, give different sizes or CRCs",
                "yauzl-unicode-path-extra.zip, PATH_UNSAFE, gives a file two names",
                "yauzl-wrong-entry-sizes.zip, ARCHIVE_CORRUPT, sizes contradict each other",
            })
    void isRefusedForWhatIsWrongWithItAndWritesNothingOutside(String file, Reason expected, String cause)
            throws IOException {
        Path archive = Bench.shared("adversarial").resolve(file);
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Bench bench = new Bench(inside);

        Verdict verdict = bench.judge(archive, nameFor(file));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.reason()).as(rejected.toString()).isEqualTo(expected);
            assertThat(rejected.message()).contains(cause);
            assertThat(rejected.signers()).isEqualTo(Bench.SIGNERS);
        });
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(inside));
    }

    @Test
    void noFileOfTheFolderIsForgotten() throws Exception {
        CsvSource listed = AdversarialArchivesTest.class
                .getDeclaredMethod(
                        "isRefusedForWhatIsWrongWithItAndWritesNothingOutside",
                        String.class,
                        Reason.class,
                        String.class)
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
