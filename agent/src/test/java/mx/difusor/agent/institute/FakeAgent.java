package mx.difusor.agent.institute;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import mx.difusor.agent.model.Digest;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.config.keys.AuthorizedKeysAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.AbstractSftpEventListenerAdapter;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** A stock SFTP server in whose folder receipts appear when the uploading session has ended, as an agent writes them. */
public final class FakeAgent implements AutoCloseable {

    /** What it says of an archive. */
    public interface Judge {
        /** @return the outcome; with a colon and a reason's code after it where it is {@code rejected} */
        String judge(Path archive) throws IOException;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final Judge judge;
    private final SshServer server = SshServer.setUpDefaultServer();
    private final KeyPair hostKey;
    private final AtomicLong clock =
            new AtomicLong(Instant.parse("2024-06-03T03:00:00Z").toEpochMilli());
    private final Map<String, String> judged = new ConcurrentHashMap<>();
    final AtomicInteger sessions = new AtomicInteger();
    /** Break the connection when so many bytes of one file are written; 0 for never. One break for each unit. */
    final AtomicInteger breaks = new AtomicInteger();
    /** Judge only when the receipt that stands there already was looked at so often. */
    final AtomicInteger looksBeforeJudging = new AtomicInteger();
    /** Bytes of files that arrived in all. */
    final AtomicLong written = new AtomicLong();

    FakeAgent(Path root, Path authorizedKeys, Judge judge) throws Exception {
        this(root, authorizedKeys, newHostKey(), judge);
    }

    public FakeAgent(Path root, Path authorizedKeys, KeyPair hostKey, Judge judge) throws Exception {
        this.root = root;
        this.judge = judge;
        this.hostKey = hostKey;
        Files.createDirectories(root.resolve("entrada"));
        Files.createDirectories(root.resolve("acuses"));
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPublickeyAuthenticator(new AuthorizedKeysAuthenticator(authorizedKeys));
        server.setFileSystemFactory(new VirtualFileSystemFactory(root));
        SftpSubsystemFactory sftp = new SftpSubsystemFactory();
        sftp.addSftpEventListener(new Breaker());
        server.setSubsystemFactories(List.of(sftp));
        server.addSessionListener(new SessionListener() {
            @Override
            public void sessionClosed(Session session) {
                sessions.incrementAndGet();
                if (looksBeforeJudging.get() == 0) {
                    judgeAll();
                }
            }
        });
        server.start();
    }

    public static KeyPair newHostKey() throws Exception {
        return SecurityUtils.getKeyPairGenerator(SecurityUtils.ED25519).generateKeyPair();
    }

    public SendTarget target() {
        return new SendTarget("iee", "127.0.0.1", server.getPort());
    }

    Path knownHosts(Path file) throws IOException {
        return Files.writeString(file, HostKeyCheck.line(target(), hostKey.getPublic()) + "\n");
    }

    private synchronized void judgeAll() {
        try (Stream<Path> files = Files.list(root.resolve("entrada"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (PackFormat.ofName(name).isPresent()) {
                    judgeOne(file, name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void judgeOne(Path file, String name) throws IOException {
        String sha256 = Digest.ofContent(Files.readAllBytes(file)).hex();
        String outcome = sha256.equals(judged.put(name, sha256)) ? "duplicate" : judge.judge(file);
        ObjectNode receipt = JSON.createObjectNode();
        receipt.put("package", name).put("sha256", sha256).put("outcome", outcome.split(":", 2)[0]);
        if (outcome.contains(":")) {
            receipt.putObject("reason")
                    .put("code", outcome.split(":", 2)[1])
                    .put("message", "made up for the test")
                    .putNull("path");
        }
        String now = Instant.ofEpochMilli(clock.addAndGet(17)).toString();
        receipt.put("publication", outcome.startsWith("rejected") ? "none" : "live")
                .put("receivedAt", now)
                .put("decidedAt", now)
                .put("liveAt", now);
        Path draft = root.resolve("acuses/" + name + ".draft");
        Files.write(draft, JSON.writeValueAsBytes(receipt));
        Files.move(draft, root.resolve("acuses/" + name + ".json"), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }

    @Override
    public void close() throws IOException {
        server.close(true).await(10_000);
    }

    private final class Breaker extends AbstractSftpEventListenerAdapter {
        private static final long AFTER_BYTES = 2_000_000;

        @Override
        public void open(ServerSession session, String remoteHandle, Handle localHandle) {
            boolean receipt = localHandle.getFile().toString().contains("acuses");
            if (receipt && looksBeforeJudging.get() > 0 && looksBeforeJudging.decrementAndGet() == 0) {
                judgeAll();
            }
        }

        @Override
        public void writing(
                ServerSession session,
                String remoteHandle,
                FileHandle localHandle,
                long offset,
                byte[] data,
                int dataOffset,
                int dataLen) {
            written.addAndGet(dataLen);
            if (offset > AFTER_BYTES && breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                session.close(true);
            }
        }
    }
}
