package mx.difusor.agent.intake;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.desk.Space;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.FileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload of the agent to itself, so that the first one of the Institute finds compiled code: key exchange, AES-GCM,
 * SFTP, the writing of a file and its digest. Throwaway keys, a folder of its own that is gone afterwards; on loopback,
 * where one connection is taken, from the port that this side has bound before. While an uploader is logged in it stands
 * still: the processor is theirs. Bounded; its failure changes nothing.
 */
public final class Rehearsal implements AutoCloseable {
    /** Uploaded at most. */
    static final long BYTES = 64L << 20;

    /** What it takes of the disk meanwhile. */
    static final int PIECE_BYTES = 4 << 20;

    /** After so long no more is sent. */
    static final Duration TIME = Duration.ofSeconds(3);

    /** For the connection and for the login. */
    private static final Duration STEP = Duration.ofSeconds(5);

    /** The agent's stop waits no longer for it. */
    private static final Duration STOP = Duration.ofSeconds(1);

    /** So often it looks whether the uploader has left. */
    static final Duration PAUSE = Duration.ofMillis(20);

    static final int WRITE_BYTES = 128 << 10;
    private static final String NAME = "warm-up";
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private final Path scratch;
    private final BooleanSupplier visited;
    /** Nothing of this has to survive anything. */
    private final Disk disk = new LocalDisk();

    private final long bytes;
    private final Duration time;
    private final SshServer server = SshServer.setUpDefaultServer();
    private final SshClient client = SshClient.setUpDefaultClient();
    private final Thread thread = new Thread(this::run, NAME);
    private volatile boolean stopped;
    private final AtomicLong sent = new AtomicLong();

    private Rehearsal(Path scratch, BooleanSupplier visited, long bytes, Duration time) {
        this.scratch = scratch;
        this.visited = visited;
        this.bytes = bytes;
        this.time = time;
        thread.setDaemon(true);
    }

    /**
     * Returns at once.
     *
     * @param scratch a folder that does not exist, and may be left behind by a stop
     * @param visited whether an uploader is logged in; asked often
     */
    public static Rehearsal start(Path scratch, BooleanSupplier visited) {
        return start(scratch, visited, BYTES, TIME);
    }

    static Rehearsal start(Path scratch, BooleanSupplier visited, long bytes, Duration time) {
        Rehearsal rehearsal = new Rehearsal(scratch, visited, bytes, time);
        rehearsal.thread.start();
        return rehearsal;
    }

    long sent() {
        return sent.get();
    }

    boolean isListening() {
        return server.isStarted();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    /** @return whether it has ended */
    boolean await(Duration most) throws InterruptedException {
        thread.join(most.toMillis());
        return !thread.isAlive();
    }

    private void run() {
        try {
            long before = System.nanoTime();
            rehearse();
            LOG.info("warmed up with {} bytes in {} ms", sent.get(), (System.nanoTime() - before) / 1_000_000);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            LOG.info("no warm-up: {}", e.toString());
        } finally {
            end();
        }
    }

    private void rehearse() throws IOException, GeneralSecurityException {
        KeyPair key = SecurityUtils.getKeyPairGenerator(SecurityUtils.ED25519).generateKeyPair();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        InetSocketAddress ours;
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            ours = new InetSocketAddress(loopback, free.getLocalPort());
        }
        listen(key, onlyOnce(ours), loopback);
        client.setServerKeyVerifier((session, remote, serverKey) -> KeyUtils.compareKeys(serverKey, key.getPublic()));
        client.start();
        InetSocketAddress there = new InetSocketAddress(loopback, server.getPort());
        try (ClientSession session =
                client.connect(NAME, there, null, ours).verify(STEP).getSession()) {
            session.addPublicKeyIdentity(key);
            session.auth().verify(STEP);
            upload(session);
        }
    }

    /** Welcome is one connection from this address, and nobody else, before it or after. */
    static Predicate<InetSocketAddress> onlyOnce(InetSocketAddress ours) {
        AtomicBoolean taken = new AtomicBoolean();
        return remote -> remote.equals(ours) && taken.compareAndSet(false, true);
    }

    private void listen(KeyPair key, Predicate<InetSocketAddress> isWelcome, InetAddress loopback) throws IOException {
        Inbox inbox = new Inbox(
                NAME,
                scratch,
                new Inbox.Limits(TIME, TIME),
                disk,
                Clock.systemUTC(),
                new Room(bytes, new Boundless()),
                Offer::leave);
        inbox.recover();
        Algorithms.applyTo(server);
        server.setKeyPairProvider(KeyPairProvider.wrap(key));
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator((name, offered, session) -> KeyUtils.compareKeys(offered, key.getPublic()));
        server.setSubsystemFactories(List.of(InstituteSftp.factory()));
        server.setFileSystemFactory(new Scratch(inbox));
        server.setIoServiceFactoryFactory(new GuardedPort(isWelcome));
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.WINDOW_SIZE.set(server, ServerSettings.WINDOW_BYTES);
        server.setHost(loopback.getHostAddress());
        server.start();
    }

    private void upload(ClientSession session) throws IOException {
        byte[] buffer = new byte[WRITE_BYTES];
        long until = System.nanoTime() + time.toNanos();
        try (SftpClient sftp = SftpClientFactory.instance().createSftpClient(session)) {
            while (goesOn(until)) {
                piece(sftp, buffer, until);
            }
        }
    }

    /** Waits while an uploader is logged in, at most until the time is up. */
    private boolean goesOn(long until) {
        while (!stopped && sent.get() + WRITE_BYTES <= bytes && System.nanoTime() < until) {
            if (!visited.getAsBoolean()) {
                return true;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return false;
    }

    /** Over the one before: a disk that is nearly full is left so. */
    private void piece(SftpClient sftp, byte[] buffer, long until) throws IOException {
        try (OutputStream out = sftp.write("/entrada/" + NAME + ".tmp")) {
            for (int written = 0; written < PIECE_BYTES && goesOn(until); written += buffer.length) {
                out.write(buffer);
                sent.addAndGet(buffer.length);
            }
        }
    }

    private void end() {
        for (AutoCloseable each :
                List.<AutoCloseable>of(client::stop, () -> server.stop(true), () -> disk.deleteTree(scratch))) {
            try {
                each.close();
            } catch (Exception e) {
                LOG.debug("after the warm-up: {}", e.toString());
            }
        }
    }

    /** Ends it; waits for that a moment. */
    @Override
    public void close() {
        stopped = true;
        try {
            if (!await(STOP)) {
                LOG.debug("the warm-up goes on for a moment");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Scratch(Inbox inbox) implements FileSystemFactory {
        @Override
        public @Nullable Path getUserHomeDir(SessionContext session) {
            return null;
        }

        @Override
        public java.nio.file.FileSystem createFileSystem(SessionContext session) {
            return new MountedFileSystem(new VirtualTree(Visit.unlogged(NAME), inbox, Map.of()));
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
