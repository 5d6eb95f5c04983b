package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageReaderTest {

    @TempDir
    Path folder;

    private final PackageReader reader = new PackageReader(PackageLimits.defaults());
    private final PackageBuilder builder = PackageBuilder.data()
            .file("a/b.txt", "b")
            .file("c.txt", "c")
            .file("d.txt", "d")
            .file("e/f.txt", "f");

    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar", "p.tar.gz", "p.tar.xz", "p.tar.zst"})
    void exactlyTheWantedFilesComeOut(String name) throws Exception {
        Path archive = Files.write(folder.resolve("kept"), builder.as(name));
        Path into = Files.createDirectory(folder.resolve("into"));

        reader.extract(archive, name, Set.of("a/b.txt", "d.txt"), into, new StagingDisk());

        assertThat(reader.manifest(archive, name).files()).hasSize(4);
        assertThat(Bench.tree(into)).containsOnlyKeys("a/b.txt", "d.txt");
        assertThat(into.resolve("a/b.txt")).hasContent("b");
        assertThat(into.resolve("e")).doesNotExist();
    }

    @Test
    void basesAreExtractedAndRead() throws Exception {
        PackageBuilder cut = PackageBuilder.data().file("a.csv", BaseSummariesTest.base(800, "1", "a", "b"));
        Path archive = Files.write(folder.resolve("kept"), cut.zip());
        Path into = Files.createDirectory(folder.resolve("into"));

        BaseSummaries bases = reader.bases(archive, "p.zip", Set.of("a.csv"), into, new StagingDisk());

        assertThat(BaseSummaries.none().since(bases, Set.of("a.csv"), "sequence 16"))
                .containsExactly("key-vanishes: a.csv is no PREP base any more, in sequence 16 it had 2 rows");
    }

    @Test
    void whatTheManifestDoesNotListIsNotGivenOut() throws Exception {
        byte[] archive = builder.unlisted("x.txt", new byte[1]).zip();

        expect(Reason.FILE_MISSING, archive, Set.of("x.txt"));
        expect(Reason.FILE_MISSING, archive, Set.of("nowhere.txt"));
        expect(Reason.FILE_MISSING, archive, Set.of("manifest.json"));
    }

    @Test
    void whatTheArchiveDoesNotHoldIsNotGivenOut() throws Exception {
        byte[] nothing = new byte[0];
        byte[] archive =
                builder.listed("e.txt", 0, Digest.ofContent(nothing).hex()).zip();

        expect(Reason.FILE_MISSING, archive, Set.of("e.txt"));
    }

    @Test
    void aFolderBeforeTheManifestIsJudgedToo() throws Exception {
        Path good = Files.write(folder.resolve("good"), afterFolder("datos/"));
        Path bad = Files.write(folder.resolve("bad"), afterFolder("../"));

        assertThat(reader.manifest(good, "p.tar").sequence()).isEqualTo(17);
        assertThatThrownBy(() -> reader.manifest(bad, "p.tar"))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.PATH_UNSAFE));
    }

    private byte[] afterFolder(String name) {
        return ZipTricksTest.joined(TarTricksTest.header(name, '5', 0), builder.tar());
    }

    @Test
    void whatChangedInTheArchiveIsNotGivenOut() throws Exception {
        byte[] listed = {'e'};
        PackageBuilder other = builder.unlisted("e.txt", new byte[] {'f'})
                .listed("e.txt", 1, Digest.ofContent(listed).hex());
        byte[] tar = other.tar();

        expect(Reason.FILE_CORRUPT, tar, "p.tar", Set.of("e.txt"));
        expect(Reason.ARCHIVE_CORRUPT, Arrays.copyOf(tar, tar.length / 2), "p.tar", Set.of("c.txt"));
    }

    @Test
    void aFullDiskIsTheMachinesFault() throws Exception {
        Path archive = Files.write(folder.resolve("kept"), builder.zip());
        Path into = Files.createDirectory(folder.resolve("into"));

        assertThatThrownBy(() -> reader.extract(archive, "p.zip", Set.of("c.txt"), into, new StagingDisk(0)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> reader.manifest(folder.resolve("gone"), "p.zip"))
                .isInstanceOf(IOException.class);
    }

    /** For the index only the beginning is read, so that thousands of packages are read quickly. */
    @Test
    void theManifestIsReadAloneWhereItComesFirst() throws Exception {
        String manifest = builder.manifest();
        byte[] tar = ZipTricksTest.joined(
                TarTricksTest.header("manifest.json", '0', manifest.length()),
                Arrays.copyOf(manifest.getBytes(StandardCharsets.UTF_8), (manifest.length() + 511) / 512 * 512),
                new byte[] {'x'});
        Path archive = Files.write(folder.resolve("kept"), tar);

        assertThat(reader.manifest(archive, "p.tar").sequence()).isEqualTo(17);
    }

    @Test
    void aTarThatIsCutOffBehindTheBytesOfItsManifestIsNoWholeOne() throws Exception {
        String manifest = builder.manifest();
        byte[] tar = ZipTricksTest.joined(
                TarTricksTest.header("manifest.json", '0', manifest.length()),
                manifest.getBytes(StandardCharsets.UTF_8));
        assertThat(tar.length % 512).isNotZero();
        Path archive = Files.write(folder.resolve("kept"), tar);

        assertThatThrownBy(() -> reader.manifest(archive, "p.tar"))
                .isInstanceOf(UnreadablePackageException.class)
                .hasMessageContaining("the tar is cut off");
    }

    /** The directory is checked, what comes behind the manifest is not inflated. */
    @Test
    void theManifestOfAZipIsReadAloneWhereItComesFirst() throws Exception {
        ForgedZip zip = ForgedZip.of(builder, true);
        zip.entries.add(0, zip.entries.remove(zip.entries.size() - 1));
        ForgedZip.Entry last = zip.entries.get(zip.entries.size() - 1);
        last.crc++;
        last.localCrc++;
        Path archive = Files.write(folder.resolve("kept"), zip.bytes());

        assertThat(reader.manifest(archive, "p.zip").sequence()).isEqualTo(17);
        expect(Reason.ARCHIVE_CORRUPT, zip.bytes(), Set.of("c.txt"));
    }

    private void expect(Reason reason, byte[] archive, Set<String> paths) throws IOException {
        expect(reason, archive, "p.zip", paths);
    }

    private void expect(Reason reason, byte[] bytes, String name, Set<String> paths) throws IOException {
        Path archive = Files.write(folder.resolve("kept"), bytes);
        Path into = Files.createTempDirectory(folder, "into");

        assertThatThrownBy(() -> reader.extract(archive, name, paths, into, new StagingDisk()))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
