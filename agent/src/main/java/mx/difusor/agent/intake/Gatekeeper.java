package mx.difusor.agent.intake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may enter: the configured uploaders, each with its own keys and, where given, only from its own networks. */
final class Gatekeeper implements PublickeyAuthenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);

    private record Pass(List<AuthorizedKeys> keys, List<Network> from) {}

    private final Map<String, Pass> passes = new TreeMap<>();

    Gatekeeper(List<SftpEndpoint.Uploader> uploaders) {
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
        for (Pass pass : passes.values()) {
            for (AuthorizedKeys keys : pass.keys()) {
                try {
                    keys.reread();
                } catch (IOException e) {
                    throw new MachineException(
                            "key-unreadable",
                            "cannot read the keys of an uploader, " + keys.file() + ": " + Words.reason(e),
                            "put the uploader's public keys there, one a line, readable by the service account",
                            e);
                }
            }
        }
    }

    @Override
    public boolean authenticate(String username, PublicKey key, ServerSession session) {
        Pass pass = passes.get(username);
        InetAddress address = address(session);
        if (pass == null || address == null) {
            LOG.info("login refused from {}: unknown user", address);
            return false;
        }
        if (!pass.from().isEmpty() && pass.from().stream().noneMatch(network -> network.contains(address))) {
            LOG.warn("login refused for {} from {}: not an address in sftp.uploaders.from", username, address);
            return false;
        }
        boolean known = pass.keys().stream()
                .flatMap(keys -> keys.current().stream())
                .anyMatch(one -> KeyUtils.compareKeys(one, key));
        if (!known) {
            LOG.info("login refused for {} from {}: key {} unknown", username, address, KeyUtils.getFingerPrint(key));
        }
        return known;
    }

    private static @org.jspecify.annotations.Nullable InetAddress address(ServerSession session) {
        return session.getClientAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    }
}
