package mx.difusor.agent.intake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;

/**
 * Who may enter: the configured uploaders, each with its own keys and, where given, only from its own networks. Whoever
 * is refused gets the same answer after the same work, whatever was wrong: the keys of all uploaders are compared.
 */
final class Gatekeeper implements PublickeyAuthenticator {
    private record Pass(List<AuthorizedKeys> keys, List<Network> from) {}

    private final Map<String, Pass> passes = new TreeMap<>();
    private final SparingLog log;

    Gatekeeper(List<SftpEndpoint.Uploader> uploaders, SparingLog log) {
        this.log = log;
        for (SftpEndpoint.Uploader uploader : uploaders) {
            passes.put(
                    uploader.name(),
                    new Pass(
                            uploader.authorizedKeys().stream()
                                    .map(AuthorizedKeys::new)
                                    .toList(),
                            uploader.from().stream().map(Network::parse).toList()));
        }
    }

    /** @throws MachineException for the first key file that cannot be read */
    void requireReadable() throws MachineException {
        reload();
    }

    /**
     * Reads every file of keys, changed or not.
     *
     * @return how many keys each uploader has, in a few words
     * @throws MachineException for the first that cannot be read; the keys that it held before still count, unless it is
     *     gone
     */
    String reload() throws MachineException {
        List<String> counts = new ArrayList<>();
        for (Map.Entry<String, Pass> pass : passes.entrySet()) {
            int count = 0;
            for (AuthorizedKeys keys : pass.getValue().keys()) {
                count += reload(keys);
            }
            counts.add(pass.getKey() + " " + count);
        }
        return "keys of uploaders: " + String.join(", ", counts);
    }

    private static int reload(AuthorizedKeys keys) throws MachineException {
        try {
            return keys.reload();
        } catch (IOException e) {
            throw new MachineException(
                    "key-unreadable",
                    "cannot read the keys of an uploader, " + keys.file() + ": " + Words.reason(e),
                    "put the uploader's public keys there, one a line, readable by the service account",
                    e);
        }
    }

    @Override
    public boolean authenticate(String username, PublicKey key, ServerSession session) {
        Pass pass = passes.get(username);
        InetAddress address = address(session);
        Set<String> owners = owners(key);
        if (pass == null || address == null) {
            log.say("login refused from " + text(address) + ": unknown user");
            return false;
        }
        if (!pass.from().isEmpty() && pass.from().stream().noneMatch(network -> network.contains(address))) {
            log.say("login refused for " + username + " from " + text(address)
                    + ": not an address in sftp.uploaders.from");
            return false;
        }
        boolean known = owners.contains(username);
        if (!known) {
            log.say("login refused for " + username + " from " + text(address) + ": key " + KeyUtils.getFingerPrint(key)
                    + " unknown");
        }
        return known;
    }

    /** The uploaders that have this key. */
    private Set<String> owners(PublicKey key) {
        Set<String> owners = new TreeSet<>();
        passes.forEach((name, pass) -> {
            for (AuthorizedKeys keys : pass.keys()) {
                if (keys.current().stream().anyMatch(one -> KeyUtils.compareKeys(one, key))) {
                    owners.add(name);
                }
            }
        });
        return owners;
    }

    private static String text(@org.jspecify.annotations.Nullable InetAddress address) {
        return address == null ? "nowhere" : address.getHostAddress();
    }

    private static @org.jspecify.annotations.Nullable InetAddress address(ServerSession session) {
        return session.getClientAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    }
}
