package mx.difusor.agent.publish.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.marschall.memoryfilesystem.MemoryFileSystemBuilder;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import mx.difusor.agent.publish.adopt.AdoptionRefused.Why;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SuitabilityTest {

    @TempDir
    private Path folder;

    private AdoptedHost host;

    @BeforeEach
    void make() throws IOException {
        host = new AdoptedHost(folder.toRealPath());
    }

    private AdoptionRefused refusal(Path docroot, Path live) {
        Suitability suitability = new Suitability(host.home, live, false, host.mounts);
        return catchThrowableOfType(AdoptionRefused.class, () -> suitability.expectSuitable(Docroot.of(docroot, live)));
    }

    /** On a file system in memory, of an account that is nobody special: root, as whom builds run, may write anywhere. */
    @Test
    void whoMayNotWriteBesideTheFolderIsToldWhichOneItIs() throws Exception {
        Suitability suitability = new Suitability(host.home, host.live, false, host.mounts);
        try (FileSystem memory =
                MemoryFileSystemBuilder.newLinux().addUser("difusor").build()) {
            Path parent = Files.createDirectories(memory.getPath("/home/difusor/www"));
            Files.createDirectory(parent.resolve("html"));
            suitability.expectWritable(parent);
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("r-xr-xr-x"));

            AdoptionRefused refused =
                    catchThrowableOfType(AdoptionRefused.class, () -> suitability.expectWritable(parent));

            assertThat(refused.why()).isEqualTo(Why.NOT_PERMITTED);
            assertThat(refused.arguments()).containsExactly("/home/difusor/www");
            Path html = parent.resolve("html");
            assertThat(catchThrowableOfType(
                                    AdoptionRefused.class,
                                    () -> suitability.expectSuitable(new Docroot(html, host.live)))
                            .why())
                    .isEqualTo(Why.NOT_PERMITTED);
        }
    }

    @Test
    void aFolderAroundTheHomeOrInItIsToldFromOneAroundTheLiveLink() throws Exception {
        for (Path one : List.of(host.home.root(), folder.toRealPath(), host.home.releases())) {
            AdoptionRefused refused = refusal(one, host.live);

            assertThat(refused.why()).isEqualTo(Why.AROUND_HOME);
            assertThat(refused.arguments())
                    .containsExactly(one.toString(), host.home.root().toString());
        }
    }

    @Test
    void aLiveRootThatIsTheTopOfAllIsNotInsideAnything() {
        assertThat(refusal(host.docroot, Path.of("/"))).isNull();
    }

    @Test
    void aLiveLinkInsideTheFolderWouldLeadIntoItself() throws Exception {
        Path inside = Files.createSymbolicLink(
                host.docroot.resolve("live"), host.home.releases().resolve("e/r1"));

        AdoptionRefused refused = refusal(host.docroot, inside);

        assertThat(refused.why()).isEqualTo(Why.AROUND_HOME);
        assertThat(refused.arguments()).containsExactly(host.docroot.toString(), inside.toString());
    }

    @Test
    void soWouldOneThatIsReachedThroughAnotherLink() throws Exception {
        Files.createSymbolicLink(
                host.docroot.resolve("live"), host.home.releases().resolve("e/r1"));
        Path through = Files.createSymbolicLink(folder.toRealPath().resolve("through"), host.docroot);

        assertThat(refusal(host.docroot, through.resolve("live")).why()).isEqualTo(Why.AROUND_HOME);
    }

    @Test
    void withoutAListOfMountsAnotherFileSystemIsAMountPoint() {
        assertThat(host.mounts).doesNotExist();

        assertThat(refusal(Path.of("/proc"), host.live).why()).isEqualTo(Why.MOUNT_POINT);
        assertThat(refusal(host.docroot, host.live)).isNull();
    }
}
