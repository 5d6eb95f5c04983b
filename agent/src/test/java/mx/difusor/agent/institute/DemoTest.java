package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    @TempDir
    private Path temp;

    private Path folders = Path.of("");
    private Path live = Path.of("");
    private List<Demo.Step> steps = List.of();

    @BeforeEach
    void cuts() throws IOException {
        folders = temp.resolve("cuts");
        live = Files.createDirectories(temp.resolve("live"));
        steps = new ArrayList<>();
        cut("20210606_2240", "A,06/06/2021 22:40 (UTC-5)");
        cut("20210606_2320", "A,06/06/2021 23:20 (UTC-5)");
        Files.createDirectories(folders.resolve("not-a-cut"));
    }

    @Test
    void everyCutGoesLiveAsItWas() throws Exception {
        play(new Unpacking(live));

        assertThat(steps).extracting(Demo.Step::number).containsExactly(1, 2, 3);
        assertThat(steps).extracting(step -> step.cut().kind()).containsExactly(Kind.SITE, Kind.DATA, Kind.DATA);
        assertThat(steps)
                .extracting(step -> step.cut().cut().toString())
                .containsExactly("2021-06-06T22:40-05:00", "2021-06-06T22:40-05:00", "2021-06-06T23:20-05:00");
        assertThat(live.resolve("BASE.csv"))
                .hasSameBinaryContentAs(folders.resolve("20210606_2320").resolve("BASE.csv"));
        assertThat(live.resolve("difusor-demo.json"))
                .hasContent("{\"corte\":\"2021-06-06T23:20:00-05:00\",\"archivos\":[\"BASE.csv\"]}");
    }

    @Test
    void aRejectionEndsTheDay() {
        assertThatThrownBy(() -> play(archive -> "rejected:csv-invalid"))
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e.code()).isEqualTo("demo-rejected");
                    assertThat(e.getMessage()).contains("20210606_2240_PREP_001.zip", "csv-invalid");
                });
    }

    /** The receipt alone proves nothing: the demo looks where the public looks. */
    @Test
    void aReceiptWithoutTheFilesEndsTheDay() {
        assertThatThrownBy(() -> play(archive -> "accepted"))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("does not show it");
    }

    @Test
    void aFolderThatHoldsSomethingIsLeftAlone() throws Exception {
        Path full = Files.createDirectories(temp.resolve("full"));
        Files.writeString(full.resolve("precious"), "x");

        assertThatThrownBy(() -> DemoHome.make(full, Clock.systemUTC()))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("is not empty");
        assertThat(full).isDirectoryContaining(path -> path.endsWith("precious"));
    }

    @Test
    void aFolderWithoutCutsIsSaidSo() throws Exception {
        Path empty = Files.createDirectories(temp.resolve("empty"));

        assertThatThrownBy(() -> FolderCuts.in(empty))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("holds no folder named YYYYMMDD_HHMM");
        Files.createDirectories(empty.resolve("20219999_9999"));
        assertThatThrownBy(() -> FolderCuts.in(empty))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("date and a time");
    }

    private void play(FakeAgent.Judge judge) throws Exception {
        DemoHome home = DemoHome.make(temp.resolve("home"), Clock.systemUTC());
        try (FakeAgent agent = new FakeAgent(temp.resolve("agent"), home.keys().authorizedKey(), judge)) {
            try (Sender sender = new Sender(
                    agent.target(),
                    home.keys().identity(),
                    agent.knownHosts(temp.resolve("known_hosts")),
                    Duration.ofSeconds(30),
                    SigningKey.Passphrase.NONE)) {
                Packer packer = new Packer(
                        SigningKey.load(home.keys().key(), home.keys().certificate(), SigningKey.Passphrase.NONE),
                        Clock.systemUTC());
                new Demo(home.workshop(), live, packer, sender).run(FolderCuts.in(folders), new Keeper());
            }
        }
    }

    private void cut(String name, String head) throws IOException {
        Path file = folders.resolve(name).resolve("BASE.csv");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, head + "\n");
    }

    private final class Keeper implements Demo.Teller {
        @Override
        public void making(int number, int of) {}

        @Override
        public void live(Demo.Step step) {
            steps.add(step);
        }
    }
}
