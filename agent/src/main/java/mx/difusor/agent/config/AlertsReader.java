package mx.difusor.agent.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import mx.difusor.agent.config.Section.Placed;
import org.jspecify.annotations.Nullable;

/** {@code alerts}: whom to tell what a person should look at, and how. */
final class AlertsReader {

    /** Recipients of one mail. */
    static final int MAX_RECIPIENTS = 20;

    /** The program and its arguments. */
    static final int MAX_ARGUMENTS = 20;

    /** A shorter key of a signature can be guessed. */
    static final int MIN_SECRET_BYTES = 16;

    private static final Duration BEAT = Duration.ofMinutes(1);
    private static final Duration SHORTEST_BEAT = Duration.ofSeconds(10);
    private static final Duration LONGEST_BEAT = Duration.ofDays(1);
    private static final int MAX_PORT = 65_535;

    /** Of RFC 5321 the part that people use: no quotes, no comments, no literals. */
    private static final Pattern MAILBOX =
            Pattern.compile("[A-Za-z0-9._%+'/=-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?");

    /** Such addresses often hold a key, so no message repeats one. */
    private static final Form<URI> URL = new Form<>(Form.WEB_ADDRESS.parse(), Form.WEB_ADDRESS.accepted(), true);

    private static final Form<String> MAIL_ADDRESS = new Form<>(
            text -> Optional.of(text).filter(MAILBOX.asMatchPredicate()), Phrase.of("accepted.mail-address"));
    private static final Form<String> HOST = new Form<>(
            text -> Address.parse((text.indexOf(':') < 0 ? text : "[" + text + "]") + ":0")
                    .map(Address::host),
            Phrase.of("accepted.host"));
    private static final Form<Duration> INTERVAL = new Form<>(
            text -> Form.DURATION.parse().apply(text).filter(AlertsReader::isInterval), Phrase.of("accepted.interval"));

    private final HomePaths paths;
    private final Problems problems;

    private AlertsReader(HomePaths paths, Problems problems) {
        this.paths = paths;
        this.problems = problems;
    }

    static Config.Alerts read(Section root, HomePaths paths, Problems problems) {
        return new AlertsReader(paths, problems)
                .alerts(root.section("alerts", "language", "webhook", "mail", "command", "log", "heartbeat"));
    }

    private static boolean isInterval(Duration every) {
        return every.compareTo(SHORTEST_BEAT) >= 0 && every.compareTo(LONGEST_BEAT) <= 0;
    }

    private Config.Alerts alerts(Section section) {
        return new Config.Alerts(
                section.orDefault("language", Form.oneOf(Config.Language.class), Config.Language.ES),
                section.has("webhook") ? webhook(section.section("webhook", "url", "secret")) : null,
                section.has("mail")
                        ? mail(section.section("mail", "host", "port", "tls", "from", "to", "user", "password"))
                        : null,
                command(section),
                section.orDefault("log", Form.FLAG, false),
                section.has("heartbeat") ? heartbeat(section.section("heartbeat", "url", "every")) : null);
    }

    private Config.@Nullable Webhook webhook(Section section) {
        URI url = safe(section, section.required("url", URL));
        Path secret = paths.secret(section, "secret", MIN_SECRET_BYTES);
        return url == null || secret == null ? null : new Config.Webhook(url, secret);
    }

    /** What is told is nobody else's business, and its signature must not be repeated by who listens on the way. */
    private @Nullable URI safe(Section section, @Nullable URI url) {
        if (url != null && "http".equalsIgnoreCase(url.getScheme()) && !isLoopback(url.getHost())) {
            problems.add(section.at("url"), "https-needed", section.path("url"));
        }
        return url;
    }

    private static boolean isLoopback(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new Address(bare, 0).isLoopback();
    }

    private Config.@Nullable Mail mail(Section section) {
        String host = section.required("host", HOST);
        Config.MailTls tls = section.orDefault("tls", Form.oneOf(Config.MailTls.class), Config.MailTls.STARTTLS);
        if (host != null && tls == Config.MailTls.NONE && !isLoopback(host)) {
            problems.add(section.at("tls"), "mail-tls-needed", section.path("tls"), host);
        }
        String from = section.required("from", MAIL_ADDRESS);
        List<String> to = recipients(section);
        boolean logsIn = section.has("user") || section.has("password");
        String user = logsIn ? section.required("user", Form.TEXT) : null;
        Path password = logsIn ? paths.secret(section, "password", 1) : null;
        int port = section.orDefault("port", Form.wholeNumber(1, MAX_PORT), usualPort(tls));
        return host == null || from == null ? null : new Config.Mail(host, port, tls, from, to, user, password);
    }

    private static int usualPort(Config.MailTls tls) {
        return switch (tls) {
            case STARTTLS -> 587;
            case TLS -> 465;
            case NONE -> 25;
        };
    }

    private List<String> recipients(Section section) {
        if (!section.has("to")) {
            section.required("to", MAIL_ADDRESS);
        } else if (section.isEmptyList("to")) {
            problems.add(section.at("to"), "empty-list", section.path("to"), MAIL_ADDRESS.accepted());
        }
        return few(section, "to", MAIL_ADDRESS, MAX_RECIPIENTS);
    }

    private List<String> few(Section section, String key, Form<String> form, int most) {
        List<String> values =
                section.list(key, form).stream().map(Placed::value).toList();
        if (values.size() > most) {
            problems.add(section.at(key), "too-many-items", section.path(key), most);
        }
        return values;
    }

    /** Without a shell there is no search either: the program is named by its whole path. */
    private List<String> command(Section section) {
        if (section.has("command") && section.isEmptyList("command")) {
            problems.add(section.at("command"), "empty-list", section.path("command"), Phrase.of("accepted.command"));
        }
        List<String> command = few(section, "command", Form.TEXT, MAX_ARGUMENTS);
        if (!command.isEmpty() && !isProgram(command.get(0))) {
            problems.add(section.at("command"), "not-a-program", section.path("command"), command.get(0));
        }
        return command;
    }

    private static boolean isProgram(String text) {
        Optional<Path> path = Form.path(Path.of("")).parse().apply(text);
        return path.isPresent()
                && path.get().isAbsolute()
                && Files.isRegularFile(path.get())
                && Files.isExecutable(path.get());
    }

    private Config.@Nullable Heartbeat heartbeat(Section section) {
        URI url = safe(section, section.required("url", URL));
        Duration every = section.orDefault("every", INTERVAL, BEAT);
        return url == null ? null : new Config.Heartbeat(url, every);
    }
}
