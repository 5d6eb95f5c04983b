package mx.difusor.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code alerts}: every property, every default, and each thing that can be wrong with its place. */
@DisabledOnOs(OS.WINDOWS)
class AlertsReaderTest {

    private static final String MAIL = "mail: {host: mail.example, from: a@radio.example, to: b@radio.example";

    @TempDir
    private Path folder;

    private HomeFixture home;

    @BeforeEach
    void makeHome() throws IOException {
        home = new HomeFixture(folder);
        secret("hook", "0123456789abcdef\n", "rw-r-----");
        secret("mail", "x\n", "rw-------");
        secret("open", "0123456789abcdef\n", "rw-r--r--");
        secret("short", "0123456789abcd\n", "rw-------");
    }

    private void secret(String name, String text, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("keys/" + name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private Config.Alerts read(String alerts) throws Exception {
        return home.read(HomeFixture.LEAST + "alerts: {" + alerts + "}\n").alerts();
    }

    @Test
    void everyPropertyIsRead() throws Exception {
        assertThat(read("""
                language: en, webhook: {url: https://hook.example/x?k=1, secret: keys/hook},
                mail: {host: mail.example, port: 2525, tls: starttls, from: a@radio.example,
                       to: [b@radio.example, c.d+e@radio.example], user: u, password: keys/mail},
                command: [/bin/sh, -c, "echo $HOME"], log: true,
                heartbeat: {url: https://hc.example/ping/id, every: PT30S}"""))
                .isEqualTo(new Config.Alerts(
                        Config.Language.EN,
                        new Config.Webhook(URI.create("https://hook.example/x?k=1"), folder.resolve("keys/hook")),
                        new Config.Mail(
                                "mail.example",
                                2525,
                                Config.MailTls.STARTTLS,
                                "a@radio.example",
                                List.of("b@radio.example", "c.d+e@radio.example"),
                                "u",
                                folder.resolve("keys/mail")),
                        List.of("/bin/sh", "-c", "echo $HOME"),
                        true,
                        new Config.Heartbeat(URI.create("https://hc.example/ping/id"), Duration.ofSeconds(30))));
    }

    @Test
    void withoutTheSectionNobodyIsToldAndTheDefaultsHold() throws Exception {
        Config.Alerts none = new Config.Alerts(Config.Language.ES, null, null, List.of(), false, null);
        assertThat(home.read(HomeFixture.LEAST).alerts()).isEqualTo(none);
        assertThat(home.read(HomeFixture.LEAST + "alerts:\n").alerts()).isEqualTo(none);
        assertThat(read("heartbeat: {url: https://hc.example/}").heartbeat())
                .isEqualTo(new Config.Heartbeat(URI.create("https://hc.example/"), Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource({"'', STARTTLS, 587", "', tls: starttls', STARTTLS, 587", "', tls: tls', TLS, 465"})
    void thePortFollowsTheKindOfTls(String tls, Config.MailTls kind, int port) throws Exception {
        Config.Mail mail = read(MAIL + tls + "}").mail();
        assertThat(mail).isNotNull().returns(kind, Config.Mail::tls).returns(port, Config.Mail::port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "'::1'"})
    void thisHostNeedsNoTls(String host) throws Exception {
        assertThat(read("mail: {host: " + host + ", tls: none, from: a@b, to: [c@d]}")
                        .mail())
                .isNotNull()
                .returns(25, Config.Mail::port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/x"})
    void thisHostNeedsNoHttps(String url) throws Exception {
        assertThat(read("heartbeat: {url: '" + url + "'}").heartbeat()).isNotNull();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "webhok: {}|12:10 unknown-key-similar: unknown key alerts.webhok; did you mean webhook? accepted here: language, webhook, mail, command, log, heartbeat",
                "language: fr|12:20 bad-value: alerts.language cannot be \"fr\"; write es | en",
                "log: maybe|12:15 bad-value: alerts.log",
                "webhook: {url: https://h/x}|12:19 missing-key: alerts.webhook.secret is missing",
                "webhook: {secret: keys/hook}|12:19 missing-key: alerts.webhook.url is missing",
                "webhook: {url: http://hook.example/x, secret: keys/hook}|12:25 https-needed: alerts.webhook.url begins with http:// and leads to another host; write an address that begins with https://",
                "webhook: {url: 'ftp://h/hidden', secret: keys/hook}|12:25 bad-secret: alerts.webhook.url: this is not a valid value (not repeated here",
                "webhook: {url: https://h/x, secret: keys/gone}|12:46 missing-file: alerts.webhook.secret",
                "webhook: {url: https://h/x, secret: keys/open}|12:46 secret-open: alerts.webhook.secret: other accounts can read or change the file: HOME/keys/open; chmod o-rwx",
                "webhook: {url: https://h/x, secret: keys/short}|12:46 secret-short: alerts.webhook.secret: the file has fewer than 16 bytes: HOME/keys/short; make a new one: openssl rand",
                "mail: {from: a@b, to: c@d}|12:16 missing-key: alerts.mail.host is missing",
                "mail: {host: 'm:25', from: a@b, to: c@d}|12:23 bad-value: alerts.mail.host cannot be \"m:25\"; write a host's name or address, without a port",
                "mail: {host: m, from: a@b, to: c@d, port: 0}|12:52 bad-value: alerts.mail.port",
                "mail: {host: m, from: a@b, to: c@d, tls: ssl}|12:51 bad-value: alerts.mail.tls cannot be \"ssl\"; write starttls | tls | none",
                "mail: {host: m, from: a@b, to: c@d, tls: none}|12:51 mail-tls-needed: alerts.mail.tls is none, and m is another host; write starttls | tls",
                "mail: {host: m, to: c@d}|12:16 missing-key: alerts.mail.from is missing",
                "mail: {host: m, from: \"a@b\\r\\nBcc: x@y\", to: c@d}|12:32 bad-value: alerts.mail.from cannot be \"a@b Bcc: x@y\"; write a mail address",
                "mail: {host: m, from: a@b}|12:16 missing-key: alerts.mail.to is missing; add alerts.mail.to: a mail address such as",
                "mail: {host: m, from: a@b, to: []}|12:41 empty-list: alerts.mail.to is an empty list",
                "mail: {host: m, from: a@b, to: [c@d, Ana <e@f>]}|12:47 bad-value: alerts.mail.to[1] cannot be \"Ana <e@f>\"",
                "mail: {host: m, from: a@b, to: [a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b]}|12:41 too-many-items: alerts.mail.to has more than 20 items",
                "mail: {host: m, from: a@b, to: c@d, user: u}|12:16 missing-key: alerts.mail.password is missing",
                "mail: {host: m, from: a@b, to: c@d, password: keys/mail}|12:16 missing-key: alerts.mail.user is missing",
                "mail: {host: m, from: a@b, to: c@d, user: u, password: keys/open}|12:65 secret-open: alerts.mail.password",
                "command: []|12:19 empty-list: alerts.command is an empty list; write at least one: the whole path of a program",
                "command: sh|12:19 not-a-program: alerts.command: this is no program that the service account can run: sh; write the whole path",
                "command: [/bin]|12:19 not-a-program: alerts.command: this is no program that the service account can run: /bin",
                "command: [HOME/keys/mail]|12:19 not-a-program: alerts.command",
                "heartbeat: {every: PT1M}|12:21 missing-key: alerts.heartbeat.url is missing",
                "heartbeat: {url: http://hc.example/}|12:27 https-needed: alerts.heartbeat.url",
                "heartbeat: {url: https://hc/, every: PT9S}|12:47 bad-value: alerts.heartbeat.every cannot be \"PT9S\"; write a duration from PT10S to P1D",
                "heartbeat: {url: https://hc/, every: PT25H}|12:47 bad-value: alerts.heartbeat.every",
            })
    void eachIsToldWithItsPlaceAndCure(String alerts, String expected) throws IOException {
        String yaml = HomeFixture.LEAST + "alerts: {" + alerts.replace("HOME", folder.toString()) + "}\n";
        assertThat(home.problems(yaml))
                .singleElement()
                .asString()
                .startsWith(expected.replace("HOME", folder.toString()))
                .doesNotContain("hidden");
        assertThat(home.problems(yaml, new Locale("es"))).hasSize(1).doesNotHaveDuplicates();
    }

    @Test
    void everythingIsToldAtOnce() throws IOException {
        assertThat(home.problems(HomeFixture.LEAST
                        + "alerts: {log: x, command: [sh], webhook: {}, mail: {tls: x}, heartbeat: {every: x}}\n"))
                .hasSize(10);
    }
}
