package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** MINA logs in the client's own words; only the agent's words stand in the log. */
class LibraryLogTest {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final String ROOM = "mx.difusor.agent.intake.";

    /** Of a session it logs as errors what is wrong with the agent's own keys; of {@code exec} nothing above debug. */
    private static final Set<String> SAY_NOTHING_OF_CLIENTS = Set.of("LateProposal", "ScpCommands");

    private static Set<String> subclassesOfTheLibrary() throws IOException, URISyntaxException {
        URL room = Objects.requireNonNull(SftpEndpoint.class.getResource("SftpEndpoint.class"));
        Path classes = Objects.requireNonNull(Path.of(room.toURI()).getParent());
        Set<String> found = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(classes, "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".class", "");
                if (extendsTheLibrary(name)) {
                    found.add(name);
                }
            }
        }
        return found;
    }

    private static boolean extendsTheLibrary(String name) {
        try {
            Class<?> one = Class.forName(ROOM + name, false, LibraryLogTest.class.getClassLoader());
            while (one != null && !one.getName().startsWith("org.apache.sshd.")) {
                one = one.getSuperclass();
            }
            return one != null;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatExtendsAClassOfTheLibraryLogsNothingInItsName() throws Exception {
        assertThat(subclassesOfTheLibrary())
                .contains("PlainChannels$1", "ScpCommands$Scp", "InstituteSftp")
                .containsAll(SAY_NOTHING_OF_CLIENTS)
                .allSatisfy(
                        name -> assertThat(LoggerFactory.getLogger(ROOM + name).isErrorEnabled())
                                .as("%s logs: switch it off in simplelogger.properties", name)
                                .isEqualTo(SAY_NOTHING_OF_CLIENTS.contains(name)));
    }

    @Test
    void theAgentsOwnLinesStay() {
        for (Class<?> own : Set.of(VirtualTree.class, UploadChannel.class, SftpEndpoint.class, AuthorizedKeys.class)) {
            assertThat(LoggerFactory.getLogger(own).isInfoEnabled()).isTrue();
        }
    }

    @Test
    void aSubsystemsNameForgesNoLine(@TempDir Path home) throws Exception {
        String forged = "2026-06-02T20:00:00Z INFO Desk - forged";
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        try (Door door = Door.open(home)) {
            JSch jsch = new JSch();
            jsch.addIdentity(door.client.resolve("id").toString());
            Session session = jsch.getSession("iee", "127.0.0.1", door.endpoint.port());
            session.setConfig("StrictHostKeyChecking", "no");
            session.connect(TIMEOUT_MILLIS);
            ChannelSubsystem other = (ChannelSubsystem) session.openChannel("subsystem");
            other.setSubsystem("x\n" + forged);
            assertThatThrownBy(() -> other.connect(TIMEOUT_MILLIS)).isInstanceOf(JSchException.class);
            session.disconnect();
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString(UTF_8)).contains("SFTP on 127.0.0.1").doesNotContain("forged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\n", "\u001b", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b"})
    void whatIsNoPrintableCharacterIsReplaced(String control) {
        assertThat(Words.printable("a" + control + "ñ €")).isEqualTo("a?ñ €");
    }
}
