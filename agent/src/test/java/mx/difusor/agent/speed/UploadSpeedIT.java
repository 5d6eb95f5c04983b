package mx.difusor.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mx.difusor.agent.e2e.Shell;
import mx.difusor.agent.e2e.Site;
import mx.difusor.agent.e2e.WebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receiving, hashing included, beside OpenSSH's own server: the same clients, the same file, by turns. */
class UploadSpeedIT {

    private static final int LARGE_MB = 200;
    private static final int PACKAGE_MB = 20;
    private static final int AT_ONCE = 4;

    /** The convocatoria's, for the way into the publication folder. */
    private static final double ASKED_MB_A_SECOND = 40;

    private final Size size = Size.asked();
    private Place place;
    private Site site;
    private Sshd sshd;
    private int uploads;

    @BeforeEach
    void start() throws Exception {
        place = Place.onDisk();
        site = Site.open(place.folder).start(Shipped.OPTIONED);
        sshd = Sshd.start(Files.createDirectory(place.folder.resolve("sshd")), site.iee());
    }

    @AfterEach
    void end() throws Exception {
        sshd.close();
        site.close();
        place.close();
    }

    private Path file(int megabytes) throws IOException {
        Path file = place.folder.resolve(megabytes + ".bin");
        if (!Files.exists(file)) {
            byte[] bytes = new byte[1 << 20];
            Random random = new Random(megabytes);
            try (var out = Files.newOutputStream(file)) {
                for (int i = 0; i < megabytes; i++) {
                    random.nextBytes(bytes);
                    out.write(bytes);
                }
            }
        }
        return file;
    }

    /** Each upload under a name of its own, taken away again once it has been timed. */
    private double put(Client client, Path file, Server server) throws Exception {
        String name = "upload-%d.zip".formatted(++uploads);
        double time = client.put(file, name, server);
        remove(List.of(name), server);
        return time;
    }

    private void remove(List<String> names, Server server) throws Exception {
        if (server.incoming().equals("/entrada/")) {
            site.sftp(names.stream().map(name -> "rm /entrada/" + name).toArray(String[]::new))
                    .ok();
        } else {
            for (String name : names) {
                Files.delete(Path.of(server.incoming(), name));
            }
        }
    }

    private Comparison compare(Client client, Path file, int pairs) throws Exception {
        Server ours = Server.of(site);
        Server theirs = sshd.server();
        return Comparison.of(2, pairs, () -> put(client, file, ours), () -> put(client, file, theirs));
    }

    @Test
    void everyStockClientIsServedFasterThanByOpenSsh() throws Exception {
        Tables table = Tables.comparing("Uploads of " + LARGE_MB + " MB, warm", "client", "OpenSSH");
        List<Client> clients = Client.stock(place.folder, site.iee());
        for (Client client : size.isLong() ? clients : clients.subList(0, 2)) {
            Comparison found = table.compare(client.name, compare(client, file(LARGE_MB), size.pairs));
            boolean own = client.name.equals("sftp") || client.name.contains("gcm");
            assertThat(found.ratio())
                    .as("%s takes longer than it may", client.name)
                    .isLessThan(own ? Bounds.UPLOAD : Bounds.UPLOAD_BY_OTHERS);
        }
    }

    @Test
    void theFirstUploadAfterAStartIsNoSlower() throws Exception {
        Tables table = Tables.comparing("The first upload after a start", "file", "OpenSSH");
        for (int megabytes : size.isLong() ? new int[] {PACKAGE_MB, LARGE_MB} : new int[] {PACKAGE_MB}) {
            if (size.isLong()) {
                table.compare(megabytes + " MB, while the agent warms up", first(megabytes, false));
            }
            Comparison warm = table.compare(megabytes + " MB, seconds later", first(megabytes, true));
            assertThat(warm.ratio()).as("the first upload").isLessThan(Bounds.FIRST_UPLOAD);
        }
    }

    private Comparison first(int megabytes, boolean warm) throws Exception {
        Client client = Client.sftp(place.folder, site.iee());
        return Comparison.of(
                1,
                size.pairs,
                () -> {
                    site.stop();
                    site.start(Shipped.OPTIONED);
                    if (warm) {
                        site.awaitWarm();
                    }
                    return put(client, file(megabytes), Server.of(site));
                },
                () -> {
                    sshd.restart();
                    return put(client, file(megabytes), sshd.server());
                });
    }

    /** Each of some clients that upload at once, in a session of its own. */
    private double atOnce(Client client, Path file, Server server) throws Exception {
        ExecutorService sessions = Executors.newFixedThreadPool(AT_ONCE);
        List<String> names = new ArrayList<>();
        List<Callable<Double>> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            String name = "upload-%d.zip".formatted(++uploads);
            names.add(name);
            all.add(() -> client.put(file, name, server));
        }
        try {
            return Comparison.whole(() -> {
                        for (Future<Double> one : sessions.invokeAll(all)) {
                            one.get();
                        }
                    })
                    .milliseconds();
        } finally {
            sessions.shutdown();
            remove(names, server);
        }
    }

    @Test
    void fourUploadsAtOnceKeepTheConvocatoriasSpeedWhileNginxIsUnderLoad() throws Exception {
        Shell.needs("nginx", "ab");
        Tables table = Tables.comparing("Four uploads of " + PACKAGE_MB + " MB at once", "beside", "OpenSSH");
        Client client = Client.sftp(place.folder, site.iee());
        Path file = file(PACKAGE_MB);
        Server ours = Server.of(site);
        Server theirs = sshd.server();
        Comparison calm =
                Comparison.of(1, size.pairs, () -> atOnce(client, file, ours), () -> atOnce(client, file, theirs));
        table.compare("nothing", calm);
        try (WebServer nginx = WebServer.nginx(place.folder, site.live())) {
            Process load = load(nginx);
            Comparison loaded =
                    Comparison.of(1, size.pairs, () -> atOnce(client, file, ours), () -> atOnce(client, file, theirs));
            table.compare("nginx under load (ab, 16 connections)", loaded);
            double slowest = AT_ONCE * PACKAGE_MB / (loaded.ours() / 1e3);
            table.row("the agent's, under load", Tables.number("%.0f MB/s", slowest), "", "", "");
            load.destroyForcibly().waitFor();
            if (AT_ONCE * PACKAGE_MB / (loaded.theirs() / 1e3) > ASKED_MB_A_SECOND) {
                assertThat(slowest).as("MB/s").isGreaterThan(ASKED_MB_A_SECOND);
            } else {
                // No server reaches that on this machine now.
                assertThat(loaded.ratio()).as("our time in OpenSSH's").isLessThan(1);
            }
        }
    }

    private Process load(WebServer nginx) throws IOException {
        return new ProcessBuilder("ab", "-q", "-k", "-c", "16", "-n", "100000000", "-t", "600", nginx.url("/"))
                .redirectErrorStream(true)
                .redirectOutput(place.folder.resolve("ab.log").toFile())
                .start();
    }
}
