package mx.difusor.agent.intake;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.desk.Space;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.file.FileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SFTP door (contract, "SFTP, as the Institute sees it"): public keys only, four folders, SFTP and scp and nothing
 * else. What may be a whole package is offered to the desk.
 */
public final class SftpEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SftpEndpoint.class);

    /** The user name of a login and the name of its folders. */
    private static final Pattern UPLOADER_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

    /**
     * @param name letters, digits, {@code . _ -}, at most 64
     * @param authorizedKeys files in OpenSSH's format, read again when they change
     * @param from networks such as {@code 203.0.113.0/24}; empty for anywhere
     */
    public record Uploader(String name, List<Path> authorizedKeys, List<String> from) {
        /** @throws IllegalArgumentException where the name is not one, or {@code from} has something else than networks */
        public Uploader {
            if (!UPLOADER_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not a name for an uploader: " + name);
            }
            authorizedKeys = List.copyOf(authorizedKeys);
            from = List.copyOf(from);
            from.forEach(Network::parse);
        }
    }

    /**
     * @param listen port 0 for any that is free
     * @param hostKeys the folder {@code keys} of the home
     * @param incoming one folder for each uploader is made in it
     * @param receipts one folder for each uploader in it
     * @param live the live link
     */
    public record Settings(
            InetSocketAddress listen,
            List<Uploader> uploaders,
            long maxPackageBytes,
            Duration signatureTimeout,
            Path hostKeys,
            Path incoming,
            Path receipts,
            Path live,
            Path archive) {
        public Settings {
            uploaders = List.copyOf(uploaders);
        }
    }

    private final Settings settings;
    private final SparingLog refusals = new SparingLog(LOG::info, System::nanoTime);
    private final Gatekeeper gatekeeper;
    private final Doorman doorman;
    private final Map<String, Inbox> inboxes = new LinkedHashMap<>();
    private final SshServer server = SshServer.setUpDefaultServer();

    /**
     * @param desk takes offers from many threads at once; what it throws counts as {@link Offer#failed}
     * @param space what may still be taken in
     */
    public SftpEndpoint(Settings settings, Consumer<Offer> desk, Space space, Disk disk, Clock clock) {
        this.settings = settings;
        this.gatekeeper = new Gatekeeper(settings.uploaders(), refusals);
        this.doorman = new Doorman(settings.uploaders(), refusals, System::nanoTime);
        Inbox.Limits limits = new Inbox.Limits(settings.signatureTimeout(), Bounds.WAIT_FOR_DESK);
        Room room = new Room(settings.maxPackageBytes(), space);
        for (Uploader uploader : settings.uploaders()) {
            Path folder = settings.incoming().resolve(uploader.name());
            inboxes.put(uploader.name(), new Inbox(uploader.name(), folder, limits, disk, clock, room, desk));
        }
    }

    /**
     * Takes up what an earlier run left, then listens.
     *
     * @throws MachineException where a key or a folder cannot be read, or the address cannot be bound
     */
    public void start() throws MachineException {
        gatekeeper.requireReadable();
        server.setKeyPairProvider(KeyPairProvider.wrap(HostKeys.load(settings.hostKeys())));
        for (Map.Entry<String, Inbox> inbox : inboxes.entrySet()) {
            recover(inbox.getKey(), inbox.getValue());
        }
        ServerSettings.applyTo(server, gatekeeper, doorman, new Folders());
        listen();
        tick();
    }

    private void recover(String uploader, Inbox inbox) throws MachineException {
        try {
            inbox.recover();
        } catch (IOException e) {
            Path folder = settings.incoming().resolve(uploader);
            throw new MachineException(
                    "incoming-failed",
                    "cannot use the folder for uploads, " + folder + ": " + Words.reason(e),
                    "make it a folder that the service account can read and write",
                    e);
        }
    }

    private void listen() throws MachineException {
        InetSocketAddress address = settings.listen();
        try {
            if (address.isUnresolved()) {
                throw new UnknownHostException("no address of that name");
            }
            server.setHost(address.getAddress().getHostAddress());
            server.setPort(address.getPort());
            server.start();
        } catch (IOException e) {
            throw new MachineException(
                    "listen-failed",
                    "cannot listen for SFTP on " + text(address) + ": " + Words.reason(e),
                    "stop what listens there, or set sftp.listen to an address of this host and a free port"
                            + " (ports below 1024 need a privilege)",
                    e);
        }
        LOG.info("SFTP on {}, port {}", text(address), port());
    }

    private static String text(InetSocketAddress address) {
        return (address.isUnresolved()
                        ? address.getHostString()
                        : address.getAddress().getHostAddress()) + ":" + address.getPort();
    }

    /** The port that is listened on; for port 0 only known after {@link #start}. */
    public int port() {
        return server.getPort();
    }

    /** Takes connections. */
    public boolean listening() {
        return server.isOpen() && !server.getBoundAddresses().isEmpty();
    }

    /** Whether an uploader is logged in. */
    public boolean visited() {
        return server.getActiveSessions().stream().anyMatch(Session::isAuthenticated);
    }

    /**
     * Reads the uploaders' keys now, whether their files have changed or not.
     *
     * @return how many each of them has, in a few words
     * @throws MachineException {@code key-unreadable}: the keys that the file held before still count, unless it is gone
     */
    public String reload() throws MachineException {
        return gatekeeper.reload();
    }

    /** To be called about once a second: offers what has become quiet or overdue, and tidies up. */
    public void tick() {
        doorman.tick();
        inboxes.values().forEach(Inbox::tick);
    }

    /** Stops listening and ends all sessions; uploads that are under way can be resumed after a restart. */
    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            LOG.warn("the SFTP endpoint did not stop cleanly: {}", e.toString());
        }
    }

    /** One view of the folders for each SFTP or scp channel. */
    private final class Folders implements FileSystemFactory {
        @Override
        public @Nullable Path getUserHomeDir(SessionContext session) {
            return null;
        }

        @Override
        public FileSystem createFileSystem(SessionContext session) throws IOException {
            String uploader = session.getUsername();
            Inbox inbox = inboxes.get(uploader);
            if (inbox == null) {
                throw new IOException("no such uploader");
            }
            Map<String, ReadOnlyFolder> folders = Map.of(
                    "acuses", new ReadOnlyFolder(settings.receipts().resolve(uploader)),
                    "publicado", new ReadOnlyFolder(settings.live()),
                    "historico", new ReadOnlyFolder(settings.archive()));
            return new MountedFileSystem(new VirtualTree(new Visit(uploader, address(session)), inbox, folders));
        }

        private String address(SessionContext session) {
            return session instanceof ServerSession server
                            && server.getClientAddress() instanceof InetSocketAddress remote
                    ? remote.getAddress().getHostAddress()
                    : "unknown";
        }
    }
}
