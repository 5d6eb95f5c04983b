package mx.difusor.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

    /** The contract's, but for {@code home} and with its optional parts filled. */
    private static final String CONTRACT = """
            home: .
            difusor:
              id: radio-universidad
              name: Radio Universidad
              site: https://prep.radio.example/        # what the public visits
            event: pel-2024                            # the one that is published now
            events:
              - id: simulacro-2024-05-19
                drill: true
                opens: 2024-05-19T12:00:00-07:00
                closes: 2024-05-19T18:00:00-07:00
              - id: pel-2024
                opens: 2024-06-02T20:00:00-07:00
                closes: 2024-06-03T20:00:00-07:00
                keepUntil: 2024-06-10T23:59:00-07:00
                cadence: PT20M
                missedPeriods: 4
            sftp:
              listen: 10.0.0.1:2022
              uploaders:
                - name: iee
                  authorizedKeys: keys/iee.pub
                  from: [203.0.113.0/24, 127.0.0.0/8, "2001:db8::/32", 198.51.100.7]
                - name: iee-2
                  authorizedKeys: [keys/iee.pub, keys/iee-2.pub]
              maxPackage: 500MB
              signatureTimeout: PT5M
            trust:
              threshold: 2
              cms:
                anchors: [trust/iee-root.pem]
                signers:
                  - AB:CD:EF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC
                  - 0000000000000000000000000000000000000000000000000000000000000000
                crls: [trust/iee.crl]
              openpgp:
                keyrings: [trust/iee.gpg]
            archive:
              budget: 1GiB
            publish:
              live: www/live
              keepReleases: 3
              beforeOpening: site
              interruption: keep
              strictness: warn
              precompress: true
              iisSite: Default Web Site/prep
            files: {site: [html, css], data: [json]}
            status:
              listen: "[::]:8443"
              tls: {certificate: tls/chain.pem, key: tls/key.pem}
              tokens: [6ca13d52ca70c883e0f0bb101e425a89e8624de51db2d2392593af6a84118090]
            """;

    @TempDir
    private Path folder;

    private HomeFixture home;

    @BeforeEach
    void makeHome() throws IOException {
        home = new HomeFixture(folder);
    }

    @Test
    void everyPropertyOfTheContractIsRead() throws Exception {
        Config config = home.read(CONTRACT);

        assertThat(config.file()).isEqualTo(folder.resolve("difusor.yaml"));
        assertThat(config.home()).isEqualTo(folder);
        assertThat(config.difusor())
                .isEqualTo(new Config.Difusor(
                        "radio-universidad", "Radio Universidad", URI.create("https://prep.radio.example/")));
        assertThat(config.event()).isEqualTo("pel-2024");
        assertThat(config.events())
                .containsExactly(
                        new Event(
                                "simulacro-2024-05-19",
                                true,
                                Instant.parse("2024-05-19T19:00:00Z"),
                                Instant.parse("2024-05-20T01:00:00Z"),
                                null,
                                Duration.ofMinutes(15),
                                3),
                        new Event(
                                "pel-2024",
                                false,
                                Instant.parse("2024-06-03T03:00:00Z"),
                                Instant.parse("2024-06-04T03:00:00Z"),
                                Instant.parse("2024-06-11T06:59:00Z"),
                                Duration.ofMinutes(20),
                                4));
        assertThat(config.publishedEvent()).isEqualTo(config.events().get(1));
        assertThat(config.sftp())
                .isEqualTo(new Config.Sftp(
                        new Address("10.0.0.1", 2022),
                        List.of(
                                new Config.Uploader(
                                        "iee",
                                        List.of(folder.resolve("keys/iee.pub")),
                                        List.of("203.0.113.0/24", "127.0.0.0/8", "2001:db8::/32", "198.51.100.7/32")),
                                new Config.Uploader(
                                        "iee-2",
                                        List.of(folder.resolve("keys/iee.pub"), folder.resolve("keys/iee-2.pub")),
                                        List.of())),
                        500_000_000L,
                        Duration.ofMinutes(5)));
        assertThat(config.trust().threshold()).isEqualTo(2);
        assertThat(config.trust().cms())
                .isEqualTo(new Config.Cms(
                        List.of(folder.resolve("trust/iee-root.pem")),
                        List.of(
                                new Digest("abcdef00112233445566778899aabbccddeeff00112233445566778899aabbcc"),
                                new Digest("0".repeat(64))),
                        List.of(folder.resolve("trust/iee.crl"))));
        assertThat(config.trust().openpgp().keyrings()).containsExactly(folder.resolve("trust/iee.gpg"));
        assertThat(config.archive().budget()).isEqualTo(1L << 30);
        assertThat(config.publish())
                .isEqualTo(new Config.Publish(
                        folder.resolve("www/live"),
                        3,
                        Config.BeforeOpening.SITE,
                        Config.Interruption.KEEP,
                        Config.Strictness.WARN,
                        true,
                        "Default Web Site/prep"));
        assertThat(config.files()).isEqualTo(Map.of(Kind.SITE, List.of("html", "css"), Kind.DATA, List.of("json")));
        assertThat(config.status())
                .isEqualTo(new Config.Status(
                        new Address("::", 8443),
                        new Config.Tls(folder.resolve("tls/chain.pem"), folder.resolve("tls/key.pem")),
                        List.of(new Digest("6ca13d52ca70c883e0f0bb101e425a89e8624de51db2d2392593af6a84118090"))));
    }

    @Test
    void whatIsLeftOutHasTheContractsDefaults() throws Exception {
        Config config = home.read(HomeFixture.LEAST);

        Event event = config.publishedEvent();
        assertThat(config.difusor().site()).isNull();
        assertThat(event.drill()).isFalse();
        assertThat(event.keepUntil()).isNull();
        assertThat(event.cadence()).isEqualTo(Duration.ofMinutes(15));
        assertThat(event.missedPeriods()).isEqualTo(3);
        assertThat(config.sftp().listen()).isEqualTo(new Address("0.0.0.0", 2222));
        assertThat(config.sftp().uploaders().get(0).from()).isEmpty();
        assertThat(config.sftp().maxPackage()).isEqualTo(2_000_000_000L);
        assertThat(config.sftp().signatureTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.trust().threshold()).isEqualTo(1);
        assertThat(config.trust().cms().signers()).isEmpty();
        assertThat(config.trust().cms().crls()).isEmpty();
        assertThat(config.trust().openpgp().keyrings()).isEmpty();
        assertThat(config.archive().budget()).isEqualTo(20_000_000_000L);
        assertThat(config.publish())
                .isEqualTo(new Config.Publish(
                        folder.resolve("live"),
                        8,
                        Config.BeforeOpening.NOTICE,
                        Config.Interruption.NOTICE,
                        Config.Strictness.REJECT,
                        false,
                        null));
        assertThat(config.files()).isEmpty();
        assertThat(config.status()).isEqualTo(new Config.Status(new Address("127.0.0.1", 8480), null, List.of()));
    }

    @Test
    void aKeyWithNothingBehindItIsAsGoodAsAbsent() throws Exception {
        Config config = home.read(HomeFixture.LEAST + "files:\nstatus: ~\narchive: null\npublish:\n  live:\n");

        assertThat(config.status().listen().port()).isEqualTo(8480);
        assertThat(config.publish().live()).isEqualTo(folder.resolve("live"));
    }

    @Test
    void aRelativeHomeStartsAtTheFilesFolderAndRelativePathsAtHome() throws Exception {
        Path etc = Files.createDirectory(folder.resolve("etc"));
        Path file = Files.writeString(etc.resolve("difusor.yaml"), HomeFixture.LEAST.replace("home: .", "home: .."));

        Config config = ConfigReader.read(file);

        assertThat(config.home()).isEqualTo(folder);
        assertThat(config.publish().live()).isEqualTo(folder.resolve("live"));
    }

    @Test
    void anAbsolutePathStaysWhatItIs() throws Exception {
        Path www = folder.resolveSibling("www-of-another").toAbsolutePath();

        Config config = home.read(HomeFixture.LEAST + "publish: {live: '" + www + "'}\n");

        assertThat(config.publish().live()).isEqualTo(www);
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsDoNoHarm() throws Exception {
        assertThat(home.read("\uFEFF" + HomeFixture.LEAST.replace("\n", "\r\n")).event())
                .isEqualTo("pel-2024");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceInTheOrderOfTheFile() throws IOException {
        String bad = CONTRACT.replace("id: radio-universidad", "id: ''")
                .replace("PT20M", "20 minutes")
                .replace("trust/iee.crl", "trust/gone.crl")
                .replace("interruption: keep", "interruption: stop");

        assertThat(home.problems(bad))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("3:7 bad-value: difusor.id cannot be \"\""),
                        one -> assertThat(one)
                                .startsWith("16:14 bad-value: events[1].cadence cannot be \"20 minutes\""),
                        one -> assertThat(one)
                                .startsWith("35:12 missing-file: trust.cms.crls[0]: no such file: "
                                        + folder.resolve("trust/gone.crl")),
                        one -> assertThat(one)
                                .isEqualTo(
                                        "44:17 bad-value: publish.interruption cannot be \"stop\"; write notice | keep"));
    }

    @Test
    void aMissingFileIsOneProblemWithTheFileAsAWhole() {
        Path gone = folder.resolve("gone.yaml");

        assertThatThrownBy(() -> ConfigReader.read(gone)).isInstanceOfSatisfying(ConfigException.class, e -> {
            assertThat(e.file()).isEqualTo(gone);
            assertThat(e.problems()).containsExactly(Problem.ofFile("no-file"));
        });
    }

    @Test
    void aFolderIsNoConfiguration() {
        assertThatThrownBy(() -> ConfigReader.read(folder))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems()).containsExactly(Problem.ofFile("unreadable")));
    }

    @Test
    void aFileOfTheLargestSizeIsReadAndOneByteMoreIsNot() throws Exception {
        String comment = "#" + " ".repeat(ConfigReader.MAX_BYTES - HomeFixture.LEAST.length() - 1);

        assertThat(home.read(HomeFixture.LEAST + comment).event()).isEqualTo("pel-2024");
        assertThat(home.problems(HomeFixture.LEAST + comment + " "))
                .singleElement()
                .asString()
                .startsWith("0:0 too-big: the file is larger than 1048576 bytes");
    }

    @Test
    void aByteThatIsNotUtf8IsToldWithItsPlace() throws IOException {
        byte[] latin1 =
                HomeFixture.LEAST.replace("name: Radio", "name: R\u00e1dio").getBytes(StandardCharsets.ISO_8859_1);
        Path file = Files.write(folder.resolve("difusor.yaml"), latin1);

        assertThatThrownBy(() -> ConfigReader.read(file))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems()).containsExactly(new Problem(2, 41, "not-utf8", List.of())));
    }
}
