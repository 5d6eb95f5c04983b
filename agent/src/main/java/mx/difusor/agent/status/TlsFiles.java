package mx.difusor.agent.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.model.MachineException;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate and key, taken up again when their files change: certificates of three months' life are
 * renewed in the middle of a campaign. Files that cannot serve raise an alert, and what served before goes on.
 */
final class TlsFiles {

    /** Less is left of the certificate: its renewal has failed, usually for weeks. */
    static final Duration WARNED_BEFORE_END = Duration.ofDays(7);

    static final String UNUSABLE = "tls-failed";
    static final String ENDING = "tls-expiring";

    /** Forward secrecy and authenticated encryption only (RFC 9325, 4.2); in this order. */
    private static final String[] SUITES = {
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    };

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private final StatusServer.Tls files;
    private final Clock clock;
    private final SslContextFactory.Server factory;
    private List<Mark> taken;
    private List<Mark> seen;
    private Instant ends;

    /** @throws MachineException {@code tls-failed}, naming the file */
    TlsFiles(StatusServer.Tls files, Clock clock) throws MachineException {
        this.files = files;
        this.clock = clock;
        this.taken = marks();
        this.seen = taken;
        TlsIdentity identity = TlsIdentity.read(files.certificate(), files.key());
        this.ends = identity.ends();
        this.factory = factory(identity);
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /** Looks whether the files have changed; one thread calls it, about once a second. */
    void tick(Alerts alerts) {
        List<Mark> now = marks();
        boolean still = now.equals(seen);
        seen = now;
        if (now.equals(taken)) {
            alerts.clear(UNUSABLE);
        } else if (still) {
            // The two files are replaced one after the other: only what stands still is looked at.
            take(now, alerts);
        }
        if (clock.instant().isAfter(ends.minus(WARNED_BEFORE_END))) {
            alerts.raise(
                    ENDING,
                    files.certificate() + " ends at " + ends + "; renew it: the new one is taken up without a restart");
        } else {
            alerts.clear(ENDING);
        }
    }

    /**
     * Takes them up now, changed or not; the thread that ticks.
     *
     * @return what holds now, in a few words
     * @throws MachineException {@code tls-failed}: they cannot serve, and what served before goes on
     */
    String reload() throws MachineException {
        List<Mark> now = marks();
        seen = now;
        try {
            take(now);
        } catch (MachineException e) {
            throw e;
        } catch (Exception e) {
            throw new MachineException(
                    "tls-failed", files.certificate() + " cannot be used: " + e, "put the certificate before back", e);
        }
        return "certificate of the status page until " + ends;
    }

    private void take(List<Mark> now) throws Exception {
        TlsIdentity identity = TlsIdentity.read(files.certificate(), files.key());
        factory.reload(next -> {
            next.setKeyStore(identity.keyStore());
            next.setKeyStorePassword(identity.password());
        });
        taken = now;
        ends = identity.ends();
    }

    private void take(List<Mark> now, Alerts alerts) {
        try {
            take(now);
            alerts.clear(UNUSABLE);
            LOG.info("the renewed certificate {} is in force, until {}", files.certificate(), ends);
        } catch (MachineException e) {
            unusable(alerts, e.getMessage() + "; " + e.cure());
        } catch (Exception e) {
            unusable(alerts, files.certificate() + " cannot be used: " + e);
        }
    }

    private static void unusable(Alerts alerts, String why) {
        alerts.raise(UNUSABLE, why + "; the certificate before stays in use meanwhile");
    }

    private static SslContextFactory.Server factory(TlsIdentity identity) {
        SslContextFactory.Server made = new SslContextFactory.Server();
        made.setKeyStore(identity.keyStore());
        made.setKeyStorePassword(identity.password());
        made.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        made.setIncludeCipherSuites(SUITES);
        made.setUseCipherSuitesOrder(true);
        made.setRenegotiationAllowed(false);
        return made;
    }

    /** What tells one content of a file from the next; a link counts as what it points at. */
    private record Mark(
            @Nullable FileTime modified,
            long bytes,
            @Nullable Object file) {
        private static final Mark MISSING = new Mark(null, -1, null);

        static Mark of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new Mark(now.lastModifiedTime(), now.size(), now.fileKey());
            } catch (IOException e) {
                return MISSING;
            }
        }
    }

    private List<Mark> marks() {
        return List.of(Mark.of(files.certificate()), Mark.of(files.key()));
    }
}
