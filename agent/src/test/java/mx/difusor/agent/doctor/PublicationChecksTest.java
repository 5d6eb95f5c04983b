package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationChecksTest {

    private static final String PROCESSES = "ps -A -o comm=";

    @TempDir
    private Path folder;

    private Patient patient;

    @BeforeEach
    void make() throws IOException {
        patient = new Patient(folder.toRealPath());
    }

    private List<String> live() {
        return Patient.outcomes(new LiveCheck(patient.subject()));
    }

    private List<String> webServer() {
        return Patient.outcomes(new WebServerCheck(patient.subject()));
    }

    @Test
    void theLiveRootIsALinkToAReleaseThatOthersGetThroughTo() throws IOException {
        assertThat(live()).containsExactly("✔ event.open", "! live.not-yet");
        patient.running = true;
        assertThat(live()).contains("✘ live.missing");

        Path release = patient.release("r1", "<h1>1</h1>");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        assertThat(live()).containsExactly("✔ event.open", "✔ live.points", "✔ traverse.open");

        Files.setPosixFilePermissions(release.resolve("index.html"), PosixFilePermissions.fromString("rw-------"));
        assertThat(live()).contains("✘ traverse.unreadable");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Finding closed = Patient.look(new LiveCheck(patient.subject())).get(2);
        assertThat(closed.word()).isEqualTo("closed");
        assertThat(closed.figures()).containsEntry("closed", folder.toRealPath().toString());
    }

    @Test
    void aLiveRootThatIsNoLinkOrLeadsElsewhereIsAFault() throws IOException {
        Path live = patient.home.root().resolve("live");
        Files.createDirectory(live);
        assertThat(live()).contains("✘ live.not-a-link");

        Files.delete(live);
        Files.createSymbolicLink(live, Path.of("/"));
        assertThat(live()).contains("✘ live.elsewhere");

        Files.delete(live);
        Files.createSymbolicLink(live, Path.of("gone"));
        assertThat(live()).contains("✘ live.dangling");

        patient.with("publish: {iisSite: \"Default Web Site/\"}\n");
        assertThat(live()).contains("! live.iis");
    }

    @Test
    void aLiveRootIsNotCalledGoodBecauseThereAreNoReleases() throws IOException {
        Files.createSymbolicLink(patient.home.root().resolve("live"), Path.of("/"));
        Files.delete(patient.home.releases());

        assertThat(live()).contains("✘ live.elsewhere");
    }

    @Test
    void onWindowsAFolderMayBeAJunctionAndHasNoModes() throws IOException {
        patient.system = "Windows Server 2022";
        Path live = Files.createDirectory(patient.home.root().resolve("live"));
        assertThat(live()).contains("✘ live.elsewhere");

        Files.delete(live);
        patient.release("r1", "1");
        assertThat(live()).contains("✔ live.points", "! traverse.no-modes");
    }

    @Test
    void aReleaseWithoutAPageIsReadAsWell() throws IOException {
        Files.delete(patient.release("r1", "1").resolve("index.html"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(live()).contains("✔ traverse.open");
    }

    @Test
    void anEventThatIsOverOrADrillIsTold() {
        patient.yaml = patient.yaml.replace("2024-06-0", "2023-06-0");
        assertThat(live()).contains("! event.over");
        String kept = "    keepUntil: 2025-01-01T00:00:00Z\n";
        patient.yaml = patient.yaml.replace("sftp:\n", kept + "sftp:\n");
        assertThat(live()).contains("✔ event.open");
        patient.yaml = patient.yaml.replace(kept, "");

        patient.yaml = patient.yaml.replace("2023-06-0", "2025-06-0");
        assertThat(live()).contains("✔ event.opens");

        patient.yaml = patient.yaml.replace("id: pel-2024\n", "id: pel-2024\n    drill: true\n");
        assertThat(live()).contains("! event.drill");
    }

    @Test
    void anAdoptedDocrootIsToldAndSoIsOneThatSomebodyTookBack() throws IOException {
        patient.release("r1", "1");
        Path docroot = folder.toRealPath().resolve("html");
        Files.writeString(
                patient.home.adoptions(),
                "{\"adoptions\": [{\"docroot\": \"%s\", \"kept\": \"x\", \"live\": \"y\", \"at\": \"z\"}]}"
                        .formatted(docroot));
        assertThat(live()).contains("✘ docroots.back");
        Files.createDirectory(docroot);
        assertThat(live()).contains("✘ docroots.back");

        Files.delete(docroot);
        Files.createSymbolicLink(docroot, patient.home.root().resolve("live"));
        assertThat(live()).contains("✔ docroots.linked");
        Files.delete(patient.home.root().resolve("live"));
        assertThat(live()).contains("✘ docroots.back");
        Files.delete(docroot);
        Files.createDirectory(docroot);
        assertThat(live()).contains("✘ docroots.back");
    }

    private void nginx(String config) {
        patient.commands.answer(PROCESSES, "systemd\nnginx\nnginx\n").answer("nginx -T", config);
    }

    @Test
    void theRootOfNginxLeadsToTheLiveRoot() throws IOException {
        assertThat(webServer()).containsExactly("! web-server.none");
        patient.commands.answer(PROCESSES, "nginx\n");
        assertThat(webServer()).containsExactly("! web-server.unread");

        Path release = patient.release("r1", "1");
        Path live = patient.home.root().resolve("live");
        nginx("server { root /var/www; # root " + live + ";\n}");
        assertThat(webServer()).containsExactly("! web-server.elsewhere", "✔ nginx.good");
        nginx("server { root " + live + "; }");
        assertThat(webServer()).containsExactly("✔ web-server.serves", "✔ nginx.good");
        nginx("server { root " + release + "; }");
        assertThat(webServer()).contains("✘ web-server.release");
        nginx("server { root " + Path.of("").toAbsolutePath().relativize(live) + "; }");
        assertThat(webServer()).as("from a folder of its own").contains("! web-server.elsewhere");
    }

    @Test
    void trapsOfNginxAreFaults() throws IOException {
        patient.release("r1", "1");
        nginx("http { open_file_cache max=100; server { root "
                + patient.home.root().resolve("live") + "; disable_symlinks if_not_owner from=/; } }");
        assertThat(webServer())
                .containsExactly("✔ web-server.serves", "✘ nginx.open-file-cache", "✘ nginx.disable-symlinks");

        nginx("http { open_file_cache max=100; }");
        assertThat(webServer()).containsExactly("! web-server.elsewhere", "✘ nginx.open-file-cache");
        nginx("http { disable_symlinks on; }");
        assertThat(webServer()).containsExactly("! web-server.elsewhere", "✘ nginx.disable-symlinks");
        nginx("http { open_file_cache off; disable_symlinks off; # open_file_cache max=1;\n}");
        assertThat(webServer()).contains("✔ nginx.good");
    }

    @Test
    void theConfigurationThatTheServerWasStartedWithIsRead() throws IOException {
        patient.release("r1", "1");
        patient.commands
                .answer(PROCESSES, "nginx\n")
                .answer("ps -A -o args=", "nginx: master process /usr/sbin/nginx -g daemon on; -c /srv/n.conf\n")
                .answer("nginx -T -c /srv/n.conf", "root " + patient.home.root().resolve("live") + ";");

        assertThat(webServer()).contains("✔ web-server.serves");
    }

    private static final String INCLUDES = "Included configuration files:\n";

    private void apache(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("apache.conf"), config);
        patient.commands
                .answer(PROCESSES, "apache2\n")
                .answer("apachectl -t -D DUMP_INCLUDES", INCLUDES + "  (*) " + file + "\n");
    }

    @Test
    void apacheIsReadInTheConfigurationThatItWasStartedWithAndOnlyInFilesOfMeasure() throws Exception {
        patient.release("r1", "1");
        apache("DocumentRoot /nowhere\n");
        Path own = Files.writeString(
                folder.resolve("own.conf"),
                "DocumentRoot " + patient.home.root().resolve("live") + "\nOptions FollowSymLinks\n");
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        String command = "apachectl -f " + own + " -t -D DUMP_INCLUDES";
        patient.commands
                .answer("ps -A -o args=", "/usr/sbin/apache2 -f " + own + " -k start\n")
                .answer(command, INCLUDES + "  (*) " + pipe + "\n  (1) " + own + "\n");
        assertThat(webServer()).containsExactly("✔ web-server.serves", "✔ apache.good");

        Files.writeString(own, "#".repeat(1 << 20));
        assertThat(webServer()).containsExactly("! web-server.unread");
        Files.writeString(own, "\nOptions None".repeat(100_000));
        assertThat(webServer()).as("too large").containsExactly("! web-server.unread");
    }

    @Test
    void apacheHasToFollowLinks() throws IOException {
        patient.release("r1", "1");
        String root = "DocumentRoot \"" + patient.home.root().resolve("live") + "\"\n";

        apache(root + "Options Indexes FollowSymLinks\n");
        assertThat(webServer()).containsExactly("✔ web-server.serves", "✔ apache.good");
        apache(root + "Options SymLinksIfOwnerMatch\n");
        assertThat(webServer()).contains("! apache.owner-match");
        apache(root + "Options None\n# Options FollowSymLinks\n");
        assertThat(webServer()).contains("! apache.no-links");
        apache(root + "Options -FollowSymLinks\n");
        assertThat(webServer()).contains("! apache.no-links");
        apache(root + "Options FollowSymLinks\nOptions -FollowSymLinks\n");
        assertThat(webServer()).contains("! apache.no-links");
        apache(root + "Options -SymLinksIfOwnerMatch +FollowSymLinks\n");
        assertThat(webServer()).contains("✔ apache.good");
    }

    @Test
    void otherServersAreNamed() {
        patient.commands.answer(PROCESSES, "/usr/local/bin/caddy\n");
        assertThat(webServer()).containsExactly("! web-server.other");

        patient.system = "Windows Server 2022";
        patient.commands.answer("tasklist /fo csv /nh", "\"w3wp.exe\",\"4711\",\"Services\"\n");
        assertThat(webServer()).containsExactly("! web-server.other");
        assertThat(Patient.look(new WebServerCheck(patient.subject())).get(0).figures())
                .containsEntry("server", "iis");
    }
}
