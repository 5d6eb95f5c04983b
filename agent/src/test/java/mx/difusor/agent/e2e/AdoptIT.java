package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.publish.adopt.Adoption;
import mx.difusor.agent.publish.adopt.HelperExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A docroot is adopted and given back under a real web server, which is not told of it. */
@EnabledOnOs(OS.LINUX)
class AdoptIT {

    private static final int CYCLES = 100;
    /** Enough to meet every moment of an exchange in 100 cycles, and to leave the machine to the exchanges. */
    private static final long BETWEEN_REQUESTS_NANOS = 500_000;

    private static final int READERS = 2;

    @TempDir
    Path folder;

    private Path docroot = Path.of("");

    @BeforeEach
    void fill() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        docroot = Files.createDirectories(folder.resolve("www/html"));
        Files.writeString(docroot.resolve("index.html"), "<h1>old</h1>");
    }

    private record Answers(Map<String, LongAdder> counted) {
        void count(HttpResponse<byte[]> answer) {
            String body = new String(answer.body(), StandardCharsets.UTF_8);
            String kind = answer.statusCode() + " " + (body.length() > 40 ? body.substring(0, 40) : body);
            counted.computeIfAbsent(kind, one -> new LongAdder()).increment();
        }
    }

    /** Reads again and again until {@code work} is done. */
    private static Answers underLoad(WebServer web, Work work) throws Exception {
        Answers answers = new Answers(new ConcurrentHashMap<>());
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Thread reader = new Thread(() -> {
                while (!over.get()) {
                    try {
                        answers.count(web.get("/"));
                        LockSupport.parkNanos(BETWEEN_REQUESTS_NANOS);
                    } catch (IOException e) {
                        answers.counted()
                                .computeIfAbsent(e.toString(), one -> new LongAdder())
                                .increment();
                    }
                }
            });
            readers.add(reader);
            reader.start();
        }
        try {
            work.run();
        } finally {
            over.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }
        return answers;
    }

    private interface Work {
        void run() throws Exception;
    }

    private Home madeHome() throws IOException {
        Home home = new Home(Files.createDirectories(folder.resolve("made")));
        Files.createDirectories(home.releases().resolve("e/r1"));
        Files.writeString(home.releases().resolve("e/r1/index.html"), "<h1>live</h1>");
        Files.createSymbolicLink(home.root().resolve("live"), Path.of("releases/e/r1"));
        return home;
    }

    private void adoptAndGiveBack(WebServer web, String before) throws Exception {
        Files.writeString(docroot.resolve("index.html"), before);
        Home home = madeHome();
        Disk disk = new LocalDisk();
        Adoption adoption =
                new Adoption(home, home.root().resolve("live"), disk, new HelperExchange(disk), Clock.systemUTC());
        try (web) {
            Answers answers = underLoad(web, () -> {
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    assertThat(adoption.adopt(docroot, false).way()).isPresent();
                    assertThat(adoption.giveBack(docroot, false).way()).isPresent();
                }
            });
            System.err.println("adopted and given back " + CYCLES + " times: " + answers.counted());
            assertThat(answers.counted()).containsOnlyKeys("200 " + before, "200 <h1>live</h1>");
            assertThat(docroot.resolve("index.html")).hasContent(before);
        }
    }

    @Test
    void noRequestToNginxFailsWhileADocrootIsAdoptedAndGivenBack100Times() throws Exception {
        adoptAndGiveBack(WebServer.nginx(folder, docroot), "<h1>old</h1>");
    }

    /**
     * Pages of one length: Apache asks for a file's size before it opens it by name, so that a request that meets a switch
     * between the two gets the new page cut to the old one's length, or filled up to it (docs/adopt.md).
     */
    @Test
    void noRequestToApacheFailsWhileADocrootIsAdoptedAndGivenBack100Times() throws Exception {
        adoptAndGiveBack(WebServer.apache(folder, docroot), "<h1>past</h1>");
    }

    @Test
    void theCommandAdoptsTheDocrootOfARunningInstallationAndCutsShowThroughIt() throws Exception {
        try (Site site = Site.open(folder);
                WebServer web = WebServer.nginx(folder, docroot)) {
            String config = site.config().toString();
            assertThat(site.cli("adopt", docroot.toString(), "--config", config).errors())
                    .contains("leads nowhere yet", "start the agent once");
            site.start();

            Shell.Result adopted = site.cli("adopt", docroot.toString(), "--config", config);

            assertThat(adopted.ok().output()).contains("is a link to " + site.live(), "without a gap");
            assertThat(new String(web.get("/").body(), StandardCharsets.UTF_8)).contains("Radio Universidad");
            PackageFolder cut =
                    new PackageFolder(Site.EVENT, "site", 1, "2024-06-02T20:01:00-07:00").file("index.html", "corte 1");
            site.deliver(cut.archive(folder, "sitio-1", "zip"));
            site.awaitLive(1);
            assertThat(web.get("/").body()).asString(StandardCharsets.UTF_8).isEqualTo("corte 1");

            Shell.Result back = site.cli("adopt", "--back", docroot.toString(), "--config", config, "--json");

            assertThat(back.ok().output()).contains("\"adopted\" : false", "\"gapMicroseconds\" : 0");
            assertThat(web.get("/").body()).asString(StandardCharsets.UTF_8).isEqualTo("<h1>old</h1>");
            assertThat(site.cli("adopt", "--back", docroot.toString(), "--config", config)
                            .code())
                    .isEqualTo(1);
        }
    }
}
