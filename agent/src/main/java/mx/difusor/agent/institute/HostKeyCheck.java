package mx.difusor.agent.institute;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.jspecify.annotations.Nullable;

/**
 * Takes a host's key only where {@code known_hosts} has it. Nothing is ever trusted because it was seen first, and the
 * file is never written.
 */
final class HostKeyCheck extends KnownHostsServerKeyVerifier {

    private final SendTarget target;
    private final Path knownHosts;
    private volatile @Nullable MachineException refusal;

    HostKeyCheck(SendTarget target, Path knownHosts) {
        super((session, address, key) -> false, knownHosts);
        this.target = target;
        this.knownHosts = knownHosts;
    }

    /** Why the last connection was refused; null when it was not for its host key. */
    @Nullable
    MachineException refusal() {
        return refusal;
    }

    void reset() {
        refusal = null;
    }

    @Override
    protected boolean acceptUnknownHostKey(ClientSession session, SocketAddress address, PublicKey key) {
        refusal = new MachineException(
                "host-key-unknown",
                "the host key of " + target.host() + ":" + target.port() + " is not in " + knownHosts + ": "
                        + KeyUtils.getFingerPrint(key),
                "compare the fingerprint with the one that the difusor gives you; if it is the same, add this line to "
                        + knownHosts + ": " + line(target, key),
                null);
        return false;
    }

    @Override
    public boolean acceptModifiedServerKey(
            ClientSession session, SocketAddress address, KnownHostEntry entry, PublicKey expected, PublicKey actual) {
        refusal = new MachineException(
                "host-key-changed",
                "the host key of " + target.host() + ":" + target.port() + " is " + KeyUtils.getFingerPrint(actual)
                        + ", " + knownHosts + " has " + KeyUtils.getFingerPrint(expected),
                "ask the difusor whether its host key has changed; send nothing until you know",
                null);
        return false;
    }

    /** A line of {@code known_hosts} for a key. */
    static String line(SendTarget target, PublicKey key) {
        return hosts(target) + " " + PublicKeyEntry.toString(key);
    }

    /** The first field of a line of {@code known_hosts}. */
    static String hosts(SendTarget target) {
        return target.port() == SendTarget.DEFAULT_PORT ? target.host() : "[" + target.host() + "]:" + target.port();
    }
}
