package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cut that does not come, told by a running agent to somebody else's web server and program. */
class AlertsIT {

    private static final int NO_CONTENT = 204;

    @TempDir
    Path folder;

    private record Came(String body, String signature) {
        JsonNode json() throws IOException {
            return new JsonMapper().readTree(body);
        }

        String word(String member) throws IOException {
            return json().path(member).asText();
        }
    }

    private final List<Came> hooks = new CopyOnWriteArrayList<>();
    private final AtomicInteger beats = new AtomicInteger();
    private HttpServer outside;
    private Path script;

    @BeforeEach
    void listen() throws IOException {
        outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        outside.createContext("/hook", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            hooks.add(new Came(body, exchange.getRequestHeaders().getFirst("X-Difusor-Signature")));
            answer(exchange);
        });
        outside.createContext("/beat", exchange -> {
            beats.incrementAndGet();
            answer(exchange);
        });
        outside.start();
        script = Files.writeString(folder.resolve("avisar"), "#!/bin/sh\ncat >> '" + folder + "/told'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void stop() {
        outside.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(NO_CONTENT, -1);
        exchange.close();
    }

    private String alerts() {
        String server = "http://127.0.0.1:" + outside.getAddress().getPort();
        return """
                alerts:
                  webhook: {url: %s/hook, secret: keys/webhook.secret}
                  command: [%s]
                  heartbeat: {url: %s/beat, every: PT10S}
                """.formatted(server, script, server);
    }

    private Site late() throws IOException {
        Site site = Site.open(folder, Site.SMALL_ARCHIVE + alerts());
        Path secret = Files.writeString(site.home.resolve("keys/webhook.secret"), "0123456789abcdef0123\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        String yaml = Files.readString(site.config());
        // Open for an hour without a cut: late, and never so many periods that it counts as interrupted.
        String often = yaml.replace("cadence: PT15M, missedPeriods: 3", "cadence: PT5M, missedPeriods: 1000");
        assertThat(often).isNotEqualTo(yaml);
        Files.writeString(site.config(), often);
        return site;
    }

    private Path cut(int sequence) throws IOException {
        return new PackageFolder(Site.EVENT, "site", sequence, "2024-06-02T20:%02d:00-07:00".formatted(sequence))
                .file("index.html", "<p>" + sequence)
                .archive(folder, "prep-" + sequence, "zip");
    }

    private Came await(String state) {
        Awaitility.await(state).atMost(Site.PATIENCE.multipliedBy(2)).until(() -> {
            for (Came one : hooks) {
                if (one.word("state").equals(state)) {
                    return true;
                }
            }
            return false;
        });
        return hooks.stream().filter(one -> is(one, state)).findFirst().orElseThrow();
    }

    private static boolean is(Came one, String state) {
        try {
            return one.word("state").equals(state);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aMissingCutIsToldAtItsBeginningAndItsEndAndARestartRepeatsNothing() throws Exception {
        Shell.needs("openssl");
        try (Site site = late().start()) {
            Came begin = await("begin");
            assertThat(begin.word("code")).isEqualTo("late");
            assertThat(begin.word("title")).isEqualTo("Falta un corte");
            assertThat(begin.word("event")).isEqualTo(Site.EVENT);
            assertThat(begin.json().at("/difusor/id").asText()).isEqualTo("radio-universidad");
            Files.writeString(folder.resolve("body"), begin.body());
            String hmac = Shell.bash(
                            folder,
                            "openssl dgst -sha256 -hmac \"$(cat home/keys/webhook.secret)\" < body | sed 's/.*= //'")
                    .ok()
                    .output()
                    .strip();
            assertThat(begin.signature()).isEqualTo("sha256=" + hmac);
            Awaitility.await("the beat").until(() -> beats.get() > 0);

            Path told = folder.resolve("told");
            Awaitility.await("the command")
                    .atMost(Site.PATIENCE)
                    .until(() -> Files.exists(told) && Files.readString(told).contains("\"state\":\"begin\""));
            Awaitility.await("the memory")
                    .atMost(Site.PATIENCE)
                    .until(() -> Files.exists(site.home.resolve("announced.json"))
                            && Files.readString(site.home.resolve("announced.json"))
                                    .contains("\"code\":\"late\""));
            assertThat(site.stop()).isZero();
            site.start();
            site.deliver(cut(1));
            Came end = await("end");
            assertThat(end.word("id")).isEqualTo(begin.word("id"));
            assertThat(end.json().path("until").isTextual()).isTrue();
            assertThat(hooks).as("one beginning, one end, over the restart").hasSize(2);
        }
    }

    @Test
    void theOperatorsTestProvesEachChannel() throws Exception {
        try (Site site = late().start()) {
            Shell.Result works =
                    site.cli("alert", "test", "--config", site.config().toString());
            assertThat(works.code()).as(works.errors()).isZero();
            assertThat(works.output()).contains("webhook: works", "command: works", "heartbeat: works");
            assertThat(await("test").word("title")).isEqualTo("Esto es una prueba");

            Files.writeString(script, "#!/bin/sh\nexit 7\n");
            Shell.Result fails = site.cli(
                    "alert", "test", "--json", "--config", site.config().toString());
            assertThat(fails.code()).isEqualTo(1);
            JsonNode channels = new JsonMapper().readTree(fails.output()).path("channels");
            assertThat(channels).hasSize(3);
            assertThat(channels.get(0).path("ok").asBoolean()).isTrue();
            assertThat(channels.get(1).path("reason").asText()).endsWith("avisar ended with code 7");
            site.kill();
            assertThat(site.cli("alert", "test", "--config", site.config().toString())
                            .code())
                    .isEqualTo(5);
        }
    }
}
