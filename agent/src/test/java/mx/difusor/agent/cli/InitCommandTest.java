package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import mx.difusor.agent.config.Address;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {

    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLE iee@instituto\n";

    @TempDir
    private Path folder;

    private CommandFixture fixture = new CommandFixture(Path.of(""));
    private Path home = Path.of("");
    private Path certificate = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void makeInputs() throws IOException {
        fixture = new CommandFixture(folder);
        home = folder.resolve("home");
        certificate = Files.writeString(folder.resolve("root.pem"), CERTIFICATE);
        key = Files.writeString(folder.resolve("iee-key.pub"), KEY);
    }

    private CommandFixture.Outcome init() {
        return fixture.run("init", home, "--iee-cert", certificate, "--iee-key", key);
    }

    /** Every path below home with its mode and, for files, its content. */
    private Map<String, String> snapshot() throws IOException {
        Map<String, String> found = new TreeMap<>();
        if (!Files.exists(home)) {
            return found;
        }
        try (Stream<Path> paths = Files.walk(home)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                String content = Files.isRegularFile(path) ? " " + Files.readString(path) : "";
                found.put(home.relativize(path).toString(), mode + content);
            }
        }
        return found;
    }

    @Test
    void aNewHomeIsReadyToRun() throws Exception {
        CommandFixture.Outcome outcome = init();

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        Config config = ConfigReader.read(home.resolve("difusor.yaml"));
        assertThat(config.home()).isEqualTo(home);
        assertThat(config.publish().live()).isEqualTo(home.resolve("live"));
        assertThat(config.trust().cms().anchors()).containsExactly(home.resolve("trust/iee-root.pem"));
        assertThat(config.sftp().uploaders().get(0).authorizedKeys()).containsExactly(home.resolve("keys/iee.pub"));
        assertThat(config.sftp().listen()).isEqualTo(new Address("0.0.0.0", 2222));
        assertThat(home.resolve("trust/iee-root.pem")).hasContent(CERTIFICATE);
        assertThat(home.resolve("keys/iee.pub")).hasContent(KEY);
        assertThat(outcome.out())
                .contains(
                        "1. edit " + home.resolve("difusor.yaml"),
                        "difusor run --config",
                        home.resolve("live").toString());
    }

    @Test
    void onlyWhatTheWebServerReadsIsOpenToOthers() throws Exception {
        init();

        Map<String, String> modes = snapshot();
        assertThat(modes).containsKeys("keys", "trust", "tls", "incoming", "archive", "quarantine", "keys/host");
        assertThat(modes.remove("")).isEqualTo("rwx--x--x");
        assertThat(modes.remove("releases")).isEqualTo("rwxr-xr-x");
        assertThat(modes)
                .allSatisfy((path, mode) -> assertThat(mode)
                        .as(path)
                        .startsWith(Files.isDirectory(home.resolve(path)) ? "rwx------" : "rw-------"));
    }

    @Test
    void aSecondTimeNothingIsTouched() throws Exception {
        init();
        Map<String, String> before = snapshot();

        CommandFixture.Outcome outcome = init();

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("difusor.yaml exists already; nothing was changed", "  cure: ");
        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void whatIsThereAlreadyIsKept() throws Exception {
        Files.createDirectories(home.resolve("keys"));
        Files.writeString(home.resolve("keys/host"), "old host key");
        Files.writeString(home.resolve("keys/iee.pub"), KEY);

        assertThat(init().exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(home.resolve("keys/host")).hasContent("old host key");
    }

    @Test
    void anotherCertificateThanTheOneThereIsRefusedBeforeAnythingIsMade() throws Exception {
        Files.createDirectories(home.resolve("trust"));
        Files.writeString(home.resolve("trust/iee-root.pem"), "the old one");
        Map<String, String> before = snapshot();

        CommandFixture.Outcome outcome = init();

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("iee-root.pem exists already");
        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void withoutKeysItSaysWhatToPutWhereAndSoDoesCheckConfig() {
        CommandFixture.Outcome made = fixture.run("init", "home");
        CommandFixture.Outcome checked = fixture.run("check-config", "--config", "home/difusor.yaml");

        assertThat(made.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(made.out())
                .contains("1. put the Institute's certificate at " + home.resolve("trust/iee-root.pem"))
                .contains("2. put the Institute's public SSH key at " + home.resolve("keys/iee.pub"));
        assertThat(checked.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(checked.out())
                .contains("no such file: " + home.resolve("trust/iee-root.pem"))
                .contains("no such file: " + home.resolve("keys/iee.pub"));
        assertThat(checked.out().lines()).hasSize(4);
    }

    @Test
    void bothLanguagesConfigureTheSame() throws Exception {
        init();
        Config english = ConfigReader.read(home.resolve("difusor.yaml"));
        Files.delete(home.resolve("difusor.yaml"));

        fixture.speaking("es");
        CommandFixture.Outcome outcome = init();

        assertThat(outcome.out()).contains("sigue:");
        assertThat(home.resolve("difusor.yaml")).content().contains("# Configuración del agente");
        assertThat(ConfigReader.read(home.resolve("difusor.yaml"))).isEqualTo(english);
    }

    @Test
    void aPrivateKeyIsNeverCopied() throws IOException {
        Files.writeString(key, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
        CommandFixture.Outcome outcome = init();
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains(key + " is a private key").doesNotContain("AAAA");

        Files.writeString(key, KEY);
        Files.writeString(certificate, CERTIFICATE + "-----BEGIN PRIVATE KEY-----\n");
        assertThat(init().err()).contains(certificate + " is a private key");
        assertThat(home).doesNotExist();
    }

    @Test
    void whatIsNoCertificateOrKeyIsRefusedBeforeAnythingIsMade() throws IOException {
        Files.writeString(certificate, "0\u0082\u0001");
        assertThat(init().err()).contains("holds no PEM certificate", "openssl x509 -inform DER");

        Files.writeString(certificate, CERTIFICATE);
        Files.writeString(key, "# nothing\n\n---- BEGIN SSH2 PUBLIC KEY ----\n");
        assertThat(init().err()).contains("holds no public key in OpenSSH format", "ssh-keygen -i");

        Files.delete(key);
        assertThat(init().err()).contains(key + " cannot be read");

        Files.write(key, new byte[NewHome.MAX_KEY_BYTES + 1]);
        assertThat(init().err()).contains("is larger than 1048576 bytes");
        assertThat(home).doesNotExist();
    }

    @Test
    void afterAFailureTheSameCommandGoesOn() throws Exception {
        fixture.disk.refused = home.resolve("difusor.yaml");
        CommandFixture.Outcome failed = init();
        assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err())
                .contains("could not be made: permission denied: " + home.resolve("difusor.yaml"))
                .doesNotContain("\tat ");

        fixture.disk.refused = null;
        assertThat(init().exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(ConfigReader.read(home.resolve("difusor.yaml")).home()).isEqualTo(home);
    }
}
