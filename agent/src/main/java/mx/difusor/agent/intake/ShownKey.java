package mx.difusor.agent.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.jspecify.annotations.Nullable;

/** The host key that an SSH server shows, as {@code ssh-keyscan} gets it. Nobody logs in. */
public final class ShownKey {
    static final Duration LIMIT = Duration.ofSeconds(15);

    private ShownKey() {}

    /** @return {@code SHA256:…}; empty where no SSH server answers in time */
    public static Optional<String> at(String host, int port) {
        AtomicReference<String> shown = new AtomicReference<>("");
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((session, remote, key) -> {
            shown.set(KeyUtils.getFingerPrint(key));
            return true;
        });
        client.start();
        try (ClientSession session =
                client.connect("nobody", host, port).verify(LIMIT).getSession()) {
            session.waitFor(
                    java.util.EnumSet.of(
                            ClientSession.ClientSessionEvent.WAIT_AUTH, ClientSession.ClientSessionEvent.CLOSED),
                    LIMIT);
        } catch (IOException | RuntimeException e) {
            // What was shown before it broke off counts.
            return known(shown.get());
        } finally {
            client.stop();
        }
        return known(shown.get());
    }

    private static Optional<String> known(@Nullable String shown) {
        return shown == null || shown.isEmpty() ? Optional.empty() : Optional.of(shown);
    }
}
