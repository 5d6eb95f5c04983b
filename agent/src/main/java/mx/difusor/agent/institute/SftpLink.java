package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;

/** Opens SFTP sessions to one target with one identity. */
final class SftpLink implements AutoCloseable {

    static final String UNREACHABLE = "agent-unreachable";

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);
    private static final Duration LOGIN_LIMIT = Duration.ofSeconds(20);
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(5);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    private final SendTarget target;
    private final HostKeyCheck hostKeys;
    private final List<KeyPair> identities;
    private final SshClient client;

    SftpLink(SendTarget target, Path identity, Path knownHosts, SigningKey.Passphrase passphrase)
            throws MachineException {
        this.target = target;
        this.hostKeys = new HostKeyCheck(target, knownHosts);
        this.identities = load(identity, passphrase);
        this.client = ClientBuilder.builder()
                .serverKeyVerifier(hostKeys)
                // Authenticated ciphers first: they are several times faster in the JDK than CTR with a MAC.
                .cipherFactories(List.of(
                        BuiltinCiphers.aes128gcm,
                        BuiltinCiphers.aes256gcm,
                        BuiltinCiphers.aes128ctr,
                        BuiltinCiphers.aes256ctr))
                .build();
        // Neither ~/.ssh/config nor the keys in ~/.ssh: what was named on the command line, and nothing else.
        client.setHostConfigEntryResolver(org.apache.sshd.client.config.hosts.HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(org.apache.sshd.common.keyprovider.KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setNioWorkers(2);
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        CoreModuleProperties.IO_CONNECT_TIMEOUT.set(client, CONNECT_LIMIT);
        CoreModuleProperties.AUTH_TIMEOUT.set(client, LOGIN_LIMIT);
        CoreModuleProperties.CHANNEL_OPEN_TIMEOUT.set(client, LOGIN_LIMIT);
        // MINA waits for a reply as long as the session lives, so the session must not outlive silence.
        CoreModuleProperties.IDLE_TIMEOUT.set(client, SILENCE_LIMIT);
        SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(client, LOGIN_LIMIT);
        client.start();
    }

    /** An SFTP channel and the session that carries it; closing it ends both and waits until they have. */
    record Open(ClientSession session, SftpClient sftp) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                sftp.close();
                // The agent answers the channel's end; a session that ends before it, leaves a warning in its log.
                sftp.getClientChannel().waitFor(EnumSet.of(ClientChannelEvent.CLOSED), GOODBYE_LIMIT);
            } finally {
                session.close(false).await(LOGIN_LIMIT);
            }
        }
    }

    /**
     * @throws MachineException {@link #UNREACHABLE} where nobody answers; {@code host-key-unknown},
     *     {@code host-key-changed}, {@code login-refused} where trying again does not help
     */
    Open open() throws MachineException {
        ClientSession session;
        hostKeys.reset();
        try {
            session = client.connect(target.user(), target.host(), target.port())
                    .verify(CONNECT_LIMIT)
                    .getSession();
        } catch (IOException | RuntimeException e) {
            throw unreachable(e);
        }
        try {
            identities.forEach(session::addPublicKeyIdentity);
            session.auth().verify(LOGIN_LIMIT);
            return new Open(session, SftpClientFactory.instance().createSftpClient(session));
        } catch (IOException | RuntimeException e) {
            boolean connected = session.isOpen();
            session.close(true);
            throw refused(e, connected);
        }
    }

    @Override
    public void close() {
        client.close(true).awaitUninterruptibly(LOGIN_LIMIT);
    }

    private MachineException refused(Exception e, boolean connected) {
        MachineException hostKey = hostKeys.refusal();
        if (hostKey != null) {
            return hostKey;
        }
        String message = String.valueOf(e.getMessage());
        if (!message.contains("authentication") && !connected) {
            return unreachable(e);
        }
        return new MachineException(
                "login-refused",
                "the agent at " + target + " refuses the login: " + message,
                "ask the difusor whether this key is in the uploader's authorizedKeys and this address in its from",
                e);
    }

    private MachineException unreachable(Exception e) {
        return new MachineException(
                UNREACHABLE,
                "the agent at " + target + " cannot be reached: " + e.getMessage(),
                "check host, port and firewall with: nc -vz " + target.host() + " " + target.port(),
                e);
    }

    private static List<KeyPair> load(Path identity, SigningKey.Passphrase passphrase) throws MachineException {
        FilePasswordProvider password = (session, resource, retry) -> {
            try {
                return new String(passphrase.of(identity));
            } catch (MachineException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
        List<KeyPair> pairs = new ArrayList<>();
        try (InputStream in = Files.newInputStream(identity)) {
            Iterable<KeyPair> found =
                    SecurityUtils.loadKeyPairIdentities(null, new PathResource(identity), in, password);
            if (found != null) {
                found.forEach(pairs::add);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw unreadable(identity, e);
        }
        if (pairs.isEmpty()) {
            throw unreadable(identity, new IOException("it holds no private key"));
        }
        return List.copyOf(pairs);
    }

    private static MachineException unreadable(Path identity, Exception e) {
        return new MachineException(
                "key-unreadable",
                "cannot read the SSH key " + identity + ": " + e.getClass().getSimpleName() + ", " + e.getMessage(),
                "give a private key as ssh-keygen writes it; for an encrypted one also --passphrase-file FILE",
                e);
    }
}
