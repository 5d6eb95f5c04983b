package mx.difusor.agent.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A valid {@code difusor.yaml} (contract, "Configuration"), its defaults filled in. Every path is absolute; every file
 * that it names was there and readable when it was read.
 *
 * @param file where it was read from
 * @param event id of the event that is published, one of {@code events}
 * @param files file extensions in lower case without their dot, for the kinds that the file names; the others keep
 *     their defaults
 */
public record Config(
        Path file,
        Path home,
        Difusor difusor,
        String event,
        List<Event> events,
        Sftp sftp,
        Trust trust,
        Archive archive,
        Publish publish,
        Map<Kind, List<String>> files,
        Status status,
        Alerts alerts) {

    public Config {
        events = List.copyOf(events);
        files = Map.copyOf(files);
    }

    /** The event that is published now. */
    public Event publishedEvent() {
        return events.stream()
                .filter(one -> one.id().equals(event))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no event " + event));
    }

    /** @param site what the public visits; probed when given */
    public record Difusor(String id, String name, @Nullable URI site) {}

    /**
     * @param maxPackage largest archive file, in bytes
     * @param signatureTimeout an archive without a signature is rejected after this long
     */
    public record Sftp(Address listen, List<Uploader> uploaders, long maxPackage, Duration signatureTimeout) {
        public Sftp {
            uploaders = List.copyOf(uploaders);
        }
    }

    /**
     * @param authorizedKeys files in OpenSSH format, any number of keys in each
     * @param from networks in CIDR form, {@code 203.0.113.0/24}; empty: from anywhere
     */
    public record Uploader(String name, List<Path> authorizedKeys, List<String> from) {
        public Uploader {
            authorizedKeys = List.copyOf(authorizedKeys);
            from = List.copyOf(from);
        }
    }

    /** @param threshold how many different signers a package needs */
    public record Trust(int threshold, Cms cms, OpenPgp openpgp) {}

    /**
     * @param anchors PEM certificates that a signer's chain must end in
     * @param signers SHA-256 fingerprints of certificates; when not empty, only these sign
     */
    public record Cms(List<Path> anchors, List<Digest> signers, List<Path> crls) {
        public Cms {
            anchors = List.copyOf(anchors);
            signers = List.copyOf(signers);
            crls = List.copyOf(crls);
        }
    }

    /** @param keyrings OpenPGP public keys, armored or binary */
    public record OpenPgp(List<Path> keyrings) {
        public OpenPgp {
            keyrings = List.copyOf(keyrings);
        }
    }

    /** @param budget bytes that the archive may take */
    public record Archive(long budget) {}

    /**
     * @param live the link that the web server's root points at
     * @param precompress make {@code .gz} twins beside large text files
     * @param iisSite Windows: the site or application whose physical path is switched, as appcmd names it; ours,
     *     not in the contract
     */
    public record Publish(
            Path live,
            int keepReleases,
            BeforeOpening beforeOpening,
            Interruption interruption,
            Strictness strictness,
            boolean precompress,
            @Nullable String iisSite) {}

    /** What the live root shows of an event that has not opened. */
    public enum BeforeOpening {
        NOTICE,
        SITE
    }

    /** What the live root shows while publication is interrupted. */
    public enum Interruption {
        NOTICE,
        KEEP
    }

    /** What hard content rules do. */
    public enum Strictness {
        REJECT,
        WARN
    }

    /** @param tokens SHA-256 of bearer tokens that may read {@code /status} from other hosts */
    public record Status(Address listen, @Nullable Tls tls, List<Digest> tokens) {
        public Status {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * Ours, not in the contract.
     *
     * @param command a program by its whole path, and its arguments; empty: none
     * @param log whether the system's log is told
     */
    public record Alerts(
            Language language,
            @Nullable Webhook webhook,
            @Nullable Mail mail,
            List<String> command,
            boolean log,
            @Nullable Heartbeat heartbeat) {
        public Alerts {
            command = List.copyOf(command);
        }
    }

    /** What alerts are told in. */
    public enum Language {
        ES,
        EN
    }

    /** @param secret a file that others cannot read; its text is the key of the signature */
    public record Webhook(URI url, Path secret) {}

    /**
     * @param user null: without logging in
     * @param password a file that others cannot read; there where there is a user
     */
    public record Mail(
            String host,
            int port,
            MailTls tls,
            String from,
            List<String> to,
            @Nullable String user,
            @Nullable Path password) {
        public Mail {
            to = List.copyOf(to);
        }
    }

    /** How a mail server is spoken to; {@code NONE} on this host only. */
    public enum MailTls {
        STARTTLS,
        TLS,
        NONE
    }

    /** @param url asked at every interval while the agent is well */
    public record Heartbeat(URI url, Duration every) {}

    /** PEM files. */
    public record Tls(Path certificate, Path key) {}
}
