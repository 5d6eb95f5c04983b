package mx.difusor.agent.intake;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.desk.Space;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;

/**
 * How fast this host takes uploads: a real endpoint on loopback, with throwaway keys, on the file system of the home, and
 * OpenSSH's {@code sftp} where there is one. Connecting and logging in are part of the time.
 */
public final class Throughput {
    /** An odd number, so that the middle one is one of them; the first finds code that is not compiled yet. */
    public static final int RUNS = 3;

    /** All of it. What has not arrived by then was too slow. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration STEP = Duration.ofSeconds(10);
    private static final String USER = "medida";
    private static final String STOCK = "sftp";
    private static final int WRITE_BYTES = 128 << 10;

    private final Path scratch;
    private final long bytes;
    private final Disk disk;
    private final boolean stockAllowed;
    private final Duration limit;

    /** @param scratch a folder that does not exist; it is gone afterwards */
    public Throughput(Path scratch, long bytes, Disk disk) {
        this(scratch, bytes, disk, true, LIMIT);
    }

    Throughput(Path scratch, long bytes, Disk disk, boolean stockAllowed, Duration limit) {
        this.scratch = scratch;
        this.bytes = bytes;
        this.disk = disk;
        this.stockAllowed = stockAllowed;
        this.limit = limit;
    }

    /**
     * @param client that sent
     * @param bytesPerSecond of each run
     */
    public record Result(String client, List<Double> bytesPerSecond) {}

    /** @throws IOException where the endpoint did not start, an upload failed, or the time was over before the first */
    public Result measure() throws IOException, InterruptedException {
        try {
            Path host = scratch.resolve("host");
            Path client = scratch.resolve("client");
            disk.createDirectories(scratch, Disk.Access.PRIVATE);
            HostKeys.ensure(host, disk);
            HostKeys.ensure(client, disk);
            SftpEndpoint endpoint = new SftpEndpoint(
                    settings(host, client.resolve(HostKeys.PUBLIC)),
                    Offer::leave,
                    new Boundless(),
                    disk,
                    Clock.systemUTC());
            try (endpoint) {
                endpoint.start();
                return runs(endpoint.port(), host, client);
            }
        } catch (MachineException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            disk.deleteTree(scratch);
        }
    }

    private SftpEndpoint.Settings settings(Path host, Path publicKey) throws IOException {
        for (String folder : List.of("incoming", "receipts", "live", "archive")) {
            disk.createDirectories(scratch.resolve(folder), Disk.Access.PRIVATE);
        }
        return new SftpEndpoint.Settings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(new SftpEndpoint.Uploader(USER, List.of(publicKey), List.of())),
                2 * bytes,
                limit.multipliedBy(2),
                host,
                scratch.resolve("incoming"),
                scratch.resolve("receipts"),
                scratch.resolve("live"),
                scratch.resolve("archive"));
    }

    private Result runs(int port, Path host, Path client) throws IOException, InterruptedException {
        // No bytes of it stand on the disk, so that reading it costs the writer nothing.
        Path file = scratch.resolve("file");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        boolean stock = stockAllowed && hasStockClient();
        long end = System.nanoTime() + limit.toNanos();
        List<Double> rates = new ArrayList<>();
        for (int run = 0; run < RUNS && (rates.isEmpty() || System.nanoTime() < end); run++) {
            long begin = System.nanoTime();
            String name = "medida-" + run + ".tmp";
            if (stock) {
                byStockClient(port, host, client, file, name, end - begin);
            } else {
                byOwnClient(port, host, client, name, end);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            Path arrived = scratch.resolve("incoming").resolve(USER).resolve(name);
            if (Files.size(arrived) != bytes) {
                throw new IOException("the upload did not arrive whole");
            }
            rates.add(bytes / seconds);
            disk.delete(arrived);
        }
        return new Result(stock ? "OpenSSH sftp" : "MINA SSHD", rates);
    }

    private static boolean hasStockClient() {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(java.io.File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, STOCK))) {
                return true;
            }
        }
        return false;
    }

    private void byStockClient(int port, Path host, Path client, Path file, String name, long nanos)
            throws IOException, InterruptedException {
        Path knownHosts = scratch.resolve("known_hosts");
        String key = Files.readString(host.resolve(HostKeys.PUBLIC), StandardCharsets.US_ASCII);
        Files.writeString(knownHosts, "[127.0.0.1]:" + port + " " + key);
        Path batch = scratch.resolve("batch");
        Files.writeString(batch, "put " + quoted(file) + " /entrada/" + name + "\n");
        Process process = new ProcessBuilder(
                        STOCK,
                        "-q",
                        "-F",
                        "none",
                        "-P",
                        Integer.toString(port),
                        "-i",
                        client.resolve(HostKeys.PRIVATE).toString(),
                        "-o",
                        "IdentitiesOnly=yes",
                        "-o",
                        "BatchMode=yes",
                        "-o",
                        "StrictHostKeyChecking=yes",
                        "-o",
                        "GlobalKnownHostsFile=none",
                        "-o",
                        "UserKnownHostsFile=" + quoted(knownHosts),
                        "-b",
                        batch.toString(),
                        USER + "@127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("output").toFile())
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("an upload of " + bytes + " bytes takes more than " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                String said = Files.readString(scratch.resolve("output")).strip();
                throw new IOException(
                        "sftp failed: " + said.lines().reduce((a, b) -> b).orElse("no word"));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void byOwnClient(int port, Path host, Path client, String name, long end) throws IOException {
        SshClient ssh = SshClient.setUpDefaultClient();
        try {
            java.security.PublicKey expected = HostKeys.load(host).getPublic();
            ssh.setServerKeyVerifier((session, remote, key) -> KeyUtils.compareKeys(key, expected));
            ssh.start();
            try (ClientSession session =
                    ssh.connect(USER, "127.0.0.1", port).verify(STEP).getSession()) {
                session.addPublicKeyIdentity(HostKeys.load(client));
                session.auth().verify(STEP);
                write(session, name, end);
            }
        } catch (MachineException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            ssh.stop();
        }
    }

    private void write(ClientSession session, String name, long end) throws IOException {
        byte[] buffer = new byte[WRITE_BYTES];
        try (SftpClient sftp = SftpClientFactory.instance().createSftpClient(session);
                OutputStream out = sftp.write("/entrada/" + name)) {
            for (long left = bytes; left > 0; left -= buffer.length) {
                if (System.nanoTime() > end) {
                    throw new IOException(
                            "an upload of " + bytes + " bytes takes more than " + limit.toSeconds() + " s");
                }
                out.write(buffer, 0, (int) Math.min(buffer.length, left));
            }
        }
    }

    private static final class Boundless implements Space {
        @Override
        public long budgetLeft() {
            return Long.MAX_VALUE;
        }

        @Override
        public long diskFree() {
            return Long.MAX_VALUE;
        }
    }
}
