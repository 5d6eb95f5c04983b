package mx.difusor.agent.alerting;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell, and as whom.
 *
 * @param event the one that is published at this moment
 * @param home the installation's folder: what was announced is remembered there
 * @param language of titles, cures and mails
 * @param command a program with its arguments; empty: none
 * @param log whether the system's log is told
 */
public record AlertingSettings(
        String difusorId,
        String difusorName,
        Supplier<String> event,
        Path home,
        Locale language,
        @Nullable Webhook webhook,
        @Nullable Mail mail,
        List<String> command,
        boolean log,
        @Nullable Beat heartbeat) {

    public AlertingSettings {
        command = List.copyOf(command);
    }

    /** @param secret a file; its text is the key of the signature */
    public record Webhook(URI url, Path secret) {}

    /**
     * @param user null: without logging in
     * @param password a file; needed where there is a user
     */
    public record Mail(
            String host,
            int port,
            Tls tls,
            String from,
            List<String> to,
            @Nullable String user,
            @Nullable Path password) {
        public Mail {
            to = List.copyOf(to);
        }
    }

    /** How a mail server is spoken to. */
    public enum Tls {
        /** In plain text at first; nothing but the greeting is said before TLS holds. */
        STARTTLS,
        /** From the first byte on. */
        TLS,
        /** Not at all: for a server on this host. */
        NONE
    }

    /** @param url asked at every interval while the agent is well */
    public record Beat(URI url, Duration every) {}
}
