package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.desk.SteadyClock;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody without the token who listens on the agent's port while it is down, and is shown the token there. */
class FreshTokenTest {

    @TempDir
    Path folder;

    private static Agent start(Config config) throws MachineException {
        return Agent.start(config, SteadyClock.trusting(Clock.systemUTC()), ServiceManager.NONE);
    }

    private static int operate(Agent agent, String token) throws Exception {
        URI path = agent.status().resolve("/operator/publish");
        HttpRequest request = HttpRequest.newBuilder(path)
                .header("Authorization", "Bearer " + token)
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aTokenFromBeforeARestartOpensNothingAfterIt() throws Exception {
        Config config = new CareBench(folder).home("home", CareBench.EVENT);
        Path file = Wiring.home(config).operatorToken();
        String caught;
        try (Agent agent = start(config)) {
            caught = Files.readString(file).strip();
            assertThat(operate(agent, caught)).isEqualTo(200);
        }

        try (Agent agent = start(config)) {
            String fresh = Files.readString(file).strip();
            assertThat(operate(agent, caught)).isEqualTo(401);
            assertThat(operate(agent, fresh)).isEqualTo(200);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");

            assertThatThrownBy(() -> start(config)).hasMessageContaining("another agent already works on");
            assertThat(operate(agent, fresh))
                    .as("a second start by mistake took it away")
                    .isEqualTo(200);
        }
    }

    @Test
    void whileSomebodyElseHasTheStatusPortThereIsNoTokenToShow() throws Exception {
        Config config = new CareBench(folder).home("home", CareBench.EVENT);
        Path file = Files.writeString(Wiring.home(config).operatorToken(), "f00d\n");
        try (ServerSocket impostor = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String yaml = Files.readString(config.file())
                    .replace(
                            "status: {listen: \"127.0.0.1:0\"}",
                            "status: {listen: \"127.0.0.1:" + impostor.getLocalPort() + "\"}");
            Config occupied = ConfigReader.read(Files.writeString(config.file(), yaml));

            assertThatThrownBy(() -> start(occupied)).hasMessageContaining("cannot listen on 127.0.0.1:");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aDiskThatRefusesItIsAskedAgainAndStopsNobody() {
        Path file = folder.resolve("operator.token");
        LocalDisk full = new LocalDisk() {
            private int refusals = 2;

            @Override
            public void delete(Path path) throws IOException {
                throw new IOException("read-only");
            }

            @Override
            public void replace(Path path, byte[] content, Access access) throws IOException {
                if (refusals-- > 0) {
                    throw new IOException("no space left");
                }
                super.replace(path, content, access);
            }
        };
        FreshToken token = new FreshToken(file, full);

        token.withdraw();
        token.write();
        token.tick();
        assertThat(file).doesNotExist();
        token.tick();
        assertThat(file).exists();
        String first = read(file);
        token.tick();
        assertThat(read(file)).as("one for each run").isEqualTo(first).matches("[0-9a-f]{64}\\n");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
