package mx.difusor.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import mx.difusor.agent.model.ForbiddenTypes;
import mx.difusor.agent.model.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each thing that can be wrong, with its place. */
class ConfigProblemsTest {

    private static final Locale SPANISH = new Locale("es", "MX");

    @TempDir
    private Path folder;

    private HomeFixture home;

    @BeforeEach
    void makeHome() throws IOException {
        home = new HomeFixture(folder);
    }

    /** The least configuration with one text replaced gives exactly this problem. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "home: .|# no home|1:1 missing-key: home is missing",
                "home: .|home:|1:1 missing-key: home is missing",
                "home: .|home: [a]|1:7 not-a-value: home must be a single value",
                "home: .|home: difusor.yaml|1:7 home-not-a-folder: home is not a folder",
                "{id: radio-universidad, name: Radio Universidad}|{name: Radio}|2:10 missing-key: difusor.id is missing",
                "{id: radio-universidad, name: Radio Universidad}|{id: radio}|2:10 missing-key: difusor.name is missing",
                "{id: radio-universidad, name: Radio Universidad}|radio|2:10 not-a-section: difusor must be a section",
                "id: radio-universidad|id: radio universidad|2:15 bad-value: difusor.id cannot be \"radio universidad\"",
                "name: Radio Universidad}|name: ''}|2:40 bad-value: difusor.name cannot be \"\"",
                "name: Radio Universidad}|name: R, site: ftp://x/}|2:49 bad-value: difusor.site cannot be \"ftp://x/\"",
                "name: Radio Universidad}|name: R, site: 'https://a:b@x/'}|2:49 bad-value: difusor.site cannot be",
                "event: pel-2024|event: pel-2021|3:8 unknown-event: event is \"pel-2021\", which is not among events; write pel-2024",
                "event: pel-2024|# none|1:1 missing-key: event is missing",
                "- id: pel-2024|- id: PEL 2024|5:9 bad-value: events[0].id cannot be \"PEL 2024\"",
                "- id: pel-2024|- drill: false|5:5 missing-key: events[0].id is missing",
                "- id: pel-2024|- {id: pel-2024, drill: maybe, opens: 2024-06-02T20:00Z, closes: 2024-06-03T20:00Z}\\n  - id: b|5:27 bad-value: events[0].drill cannot be \"maybe\"; write true | false",
                "opens: 2024-06-02T20:00:00-07:00|drill: true|5:5 missing-key: events[0].opens is missing; add events[0].opens: a time with its offset",
                "opens: 2024-06-02T20:00:00-07:00|opens: 2024-06-02T20:00:00|6:12 bad-value: events[0].opens cannot be \"2024-06-02T20:00:00\"; write a time with its offset",
                "opens: 2024-06-02T20:00:00-07:00|opens: 2024-06-02|6:12 bad-value: events[0].opens cannot be \"2024-06-02\"",
                "closes: 2024-06-03T20:00:00-07:00|drill: true|5:5 missing-key: events[0].closes is missing",
                "closes: 2024-06-03T20:00:00-07:00|closes: 2024-06-02T21:00:00-06:00|7:13 closes-early: events[0].closes is not after events[0].opens",
                "closes: 2024-06-03T20:00:00-07:00|{closes: 2024-06-03T20:00:00-07:00|8:5 not-yaml:",
                "opens: 2024-06-02|keepUntil: 2024-06-03T19:59:59-07:00\\n    opens: 2024-06-02|6:16 kept-too-short: events[0].keepUntil is before events[0].closes",
                "opens: 2024-06-02|cadence: 15\\n    opens: 2024-06-02|6:14 bad-value: events[0].cadence cannot be \"15\"; write a duration",
                "opens: 2024-06-02|cadence: PT0S\\n    opens: 2024-06-02|6:14 bad-value: events[0].cadence cannot be \"PT0S\"",
                "opens: 2024-06-02|cadence: P367D\\n    opens: 2024-06-02|6:14 bad-value: events[0].cadence cannot be \"P367D\"",
                "opens: 2024-06-02|missedPeriods: 0\\n    opens: 2024-06-02|6:20 bad-value: events[0].missedPeriods cannot be \"0\"; write a whole number from 1 to 1000",
                "opens: 2024-06-02|missedPeriods: 1001\\n    opens: 2024-06-02|6:20 bad-value: events[0].missedPeriods",
                "- {name: iee,|- {nombre: iee, name: iee,|10:8 unknown-key: unknown key sftp.uploaders[0].nombre; remove it; accepted here: name, authorizedKeys, from",
                "name: iee,|name: IEE,|10:14 bad-value: sftp.uploaders[0].name cannot be \"IEE\"",
                "name: iee,|name: iee-012345678901234567890123456789,|10:14 bad-value: sftp.uploaders[0].name",
                "{name: iee, auth|{auth|10:7 missing-key: sftp.uploaders[0].name is missing",
                "{name: iee, authorizedKeys: keys/iee.pub}|{name: iee}|10:7 missing-key: sftp.uploaders[0].authorizedKeys is missing",
                "authorizedKeys: keys/iee.pub|authorizedKeys: []|10:35 empty-list: sftp.uploaders[0].authorizedKeys is an empty list",
                "authorizedKeys: keys/iee.pub|authorizedKeys: keys/gone.pub|10:35 missing-file: sftp.uploaders[0].authorizedKeys: no such file:",
                "authorizedKeys: keys/iee.pub|authorizedKeys: [keys/iee.pub, keys/gone.pub]|10:50 missing-file: sftp.uploaders[0].authorizedKeys[1]: no such file:",
                "authorizedKeys: keys/iee.pub|authorizedKeys: keys|10:35 file-is-folder: sftp.uploaders[0].authorizedKeys: this is a folder",
                "keys/iee.pub}|keys/iee.pub, from: [203.0.113.0/33]}|10:56 bad-value: sftp.uploaders[0].from[0] cannot be \"203.0.113.0/33\"",
                "keys/iee.pub}|keys/iee.pub, from: [iee.example]}|10:56 bad-value: sftp.uploaders[0].from[0] cannot be \"iee.example\"",
                "keys/iee.pub}|keys/iee.pub, from: [1.2.3.256/8]}|10:56 bad-value: sftp.uploaders[0].from[0]",
                "keys/iee.pub}|keys/iee.pub, from: ['2001:db8::/129']}|10:56 bad-value: sftp.uploaders[0].from[0]",
                "keys/iee.pub}|keys/iee.pub, from: ['::ffff:192.0.2.0/120']}|10:56 bad-value: sftp.uploaders[0].from[0] cannot be \"::ffff:192.0.2.0/120\"; write a network such as 203.0.113.0/24 or 2001:db8::/32, IPv4 as such",
                "keys/iee.pub}|keys/iee.pub, from: ['::FFFF:c000:201']}|10:56 bad-value: sftp.uploaders[0].from[0]",
                "keys/iee.pub}|keys/iee.pub, from: ['[2001:db8::1]/128']}|10:56 bad-value: sftp.uploaders[0].from[0]",
                "keys/iee.pub}|keys/iee.pub}\\n    - {name: iee, authorizedKeys: keys/iee.pub}|11:14 duplicate-name: sftp.uploaders[1].name: the name iee is there twice, in lines 10 and 11",
                "sftp:|sftp:\\n  listen: 2222|9:11 bad-value: sftp.listen cannot be \"2222\"; write host:port",
                "sftp:|sftp:\\n  listen: 0.0.0.0:65536|9:11 bad-value: sftp.listen",
                "sftp:|sftp:\\n  listen: 300.0.0.1:22|9:11 bad-value: sftp.listen",
                "sftp:|sftp:\\n  listen: '::1:22'|9:11 bad-value: sftp.listen",
                "sftp:|sftp:\\n  listen: '[12345::1]:22'|9:11 bad-value: sftp.listen",
                "sftp:|sftp:\\n  maxPackage: 2 gigas|9:15 bad-value: sftp.maxPackage cannot be \"2 gigas\"; write a size in bytes or with a unit: 2GB (10^9), 1GiB (2^30), 500MB",
                "sftp:|sftp:\\n  maxPackage: 0|9:15 bad-value: sftp.maxPackage",
                "sftp:|sftp:\\n  maxPackage: -5|9:15 bad-value: sftp.maxPackage",
                "sftp:|sftp:\\n  maxPackage: 9999999999999999999TB|9:15 bad-value: sftp.maxPackage",
                "sftp:|sftp:\\n  signatureTimeout: 10m|9:21 bad-value: sftp.signatureTimeout cannot be \"10m\"",
                "{cms: {anchors: [trust/iee-root.pem]}}|{}|11:8 no-trust: nobody's signature is trusted",
                "{cms: {anchors: [trust/iee-root.pem]}}||1:1 no-trust: nobody's signature is trusted",
                "[trust/iee-root.pem]|[]|11:8 no-trust: nobody's signature is trusted",
                "[trust/iee-root.pem]|[trust/gone.pem]|11:25 missing-file: trust.cms.anchors[0]: no such file:",
                "trust: {cms: {|trust: {threshold: 0, cms: {|11:20 bad-value: trust.threshold cannot be \"0\"; write a whole number from 1 to 16",
                "trust: {cms: {|trust: {threshold: 17, cms: {|11:20 bad-value: trust.threshold",
                "trust: {cms: {|trust: {threshold: 2, cms: {signers: [0000000000000000000000000000000000000000000000000000000000000000], |11:20 threshold-unreachable: trust.threshold is 2, but only 1 certificate(s) may sign",
                "trust: {cms: {|trust: {cms: {signers: [abc], |11:25 bad-value: trust.cms.signers[0] cannot be \"abc\"",
                "trust: {cms: {|trust: {cms: {crls: [trust/gone.crl], |11:22 missing-file: trust.cms.crls[0]",
                "trust: {cms: {|trust: {openpgp: {keyrings: [trust/gone.gpg]}, cms: {|11:30 missing-file: trust.openpgp.keyrings[0]",
                "event: pel|archive: {budget: lots}\\nevent: pel|3:19 bad-value: archive.budget cannot be \"lots\"",
                "event: pel|publish: {live: .}\\nevent: pel|3:17 live-misplaced:",
                "event: pel|publish: {live: releases/live}\\nevent: pel|3:17 live-misplaced:",
                "event: pel|publish: {live: \"a\\0b\"}\\nevent: pel|3:17 bad-value: publish.live cannot be \"a b\"; write a path",
                "event: pel|publish: {keepReleases: 0}\\nevent: pel|3:25 bad-value: publish.keepReleases",
                "event: pel|publish: {beforeOpening: nothing}\\nevent: pel|3:26 bad-value: publish.beforeOpening cannot be \"nothing\"; write notice | site",
                "event: pel|publish: {interruption: Notice}\\nevent: pel|3:25 bad-value: publish.interruption cannot be \"Notice\"; write notice | keep",
                "event: pel|publish: {strictness: lax}\\nevent: pel|3:23 bad-value: publish.strictness cannot be \"lax\"; write reject | warn",
                "event: pel|publish: {precompress: sometimes}\\nevent: pel|3:24 bad-value: publish.precompress",
                "event: pel|publish: {iisSite: ' '}\\nevent: pel|3:20 bad-value: publish.iisSite",
                "event: pel|files: {data: [.json]}\\nevent: pel|3:16 bad-value: files.data[0] cannot be \".json\"; write a file extension in lower case without its dot",
                "event: pel|files: {site: [html, php]}\\nevent: pel|3:22 bad-value: files.site[1] cannot be \"php\"; write a file extension in lower case without its dot, such as html, that no server runs",
                "event: pel|files: {site: conf}\\nevent: pel|3:15 bad-value: files.site cannot be \"conf\"",
                "event: pel|files: {data: [json, csv, jpg]}\\nevent: pel|3:27 bad-value: files.data[2] cannot be \"jpg\"; write a file extension in lower case without its dot, such as json, that no server runs or reads as its configuration and that is no image's",
                "event: pel|files: {data: []}\\nevent: pel|3:15 empty-list: files.data is an empty list",
                "event: pel|files: {dato: [json]}\\nevent: pel|3:9 unknown-key-similar: unknown key files.dato; did you mean data? accepted here: site, data, notice",
                "event: pel|status: {listen: 0.0.0.0:8480}\\nevent: pel|3:18 tls-needed: status.listen 0.0.0.0:8480 can be reached from other hosts",
                "event: pel|status: {listen: '[::]:8480'}\\nevent: pel|3:18 tls-needed:",
                "event: pel|status: {listen: radio.example:8480}\\nevent: pel|3:18 tls-needed:",
                "event: pel|status: {listen: 127.0.0.1:2222}\\nevent: pel|3:18 same-port: status.listen 127.0.0.1:2222 has the port of sftp.listen 0.0.0.0:2222",
                "sftp:|sftp:\\n  listen: '[::]:8480'|9:3 same-port: status.listen 127.0.0.1:8480 has the port of sftp.listen [::]:8480",
                "event: pel|status: {listen: 8480}\\nevent: pel|3:18 bad-value: status.listen",
                "event: pel|status: {tls: {certificate: tls/chain.pem}}\\nevent: pel|3:15 missing-key: status.tls.key is missing",
                "event: pel|status: {tls: {key: tls/key.pem}}\\nevent: pel|3:15 missing-key: status.tls.certificate is missing",
                "event: pel|status: {tls: {certificate: tls/chain.pem, key: tls/gone.pem}}\\nevent: pel|3:49 missing-file: status.tls.key",
                "event: pel|status: {tokens: [my-secret-token]}\\nevent: pel|3:19 bad-secret: status.tokens[0]: this is not a valid value",
                "event: pel|evento: x\\nevent: pel|3:1 unknown-key-similar: unknown key evento; did you mean event? accepted here: home, difusor, event, events,",
                "event: pel|difusor: {id: a, name: b}\\nevent: pel|3:1 duplicate-key: difusor is there twice, in lines 2 and 3; keep one of them",
                "event: pel|? [a, b]\\n: c\\nevent: pel|3:3 not-a-key: this cannot be a key",
                "event: pel|status: {listen: [a]}\\nevent: pel|3:18 not-a-value: status.listen must be a single value; write host:port",
            })
    void eachIsToldWithItsPlaceAndCure(String text, @org.jspecify.annotations.Nullable String by, String expected)
            throws IOException {
        String replacement = by == null ? "" : by.replace("\\n", "\n");
        String yaml = HomeFixture.LEAST.replace(text, replacement);

        assertThat(yaml).as("the text to be replaced is there").isNotEqualTo(HomeFixture.LEAST);
        assertThat(home.problems(yaml)).singleElement().asString().startsWith(expected);
    }

    /** Whatever the judgement would refuse is refused here, or the agent would start and then end on it. */
    @ParameterizedTest
    @MethodSource("everyForbiddenType")
    void noKindMayBringWhatAServerRuns(String extension) throws IOException {
        for (Kind kind : Kind.values()) {
            assertThat(home.problems(HomeFixture.LEAST + "files: {" + kind.code() + ": [html, " + extension + "]}\n"))
                    .singleElement()
                    .asString()
                    .startsWith("12:%d bad-value: files.%s[1] cannot be \"%s\"; write a file extension"
                            .formatted(18 + kind.code().length(), kind.code(), extension));
        }
    }

    static Set<String> everyForbiddenType() {
        return ForbiddenTypes.ofEveryKind();
    }

    @Test
    void anUnreachableThresholdIsFineWhereKeyringsCanMakeItUp() {
        String yaml = HomeFixture.LEAST.replace(
                "trust: {cms: {",
                "trust: {threshold: 2, openpgp: {keyrings: [trust/iee.gpg]}, cms: {signers: [" + "0".repeat(64)
                        + "], ");

        assertThatCode(() -> home.read(yaml)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:8480, 127.0.0.1:8480, true",
        "203.0.113.9:8480, [::]:8480, true",
        "127.0.0.1:8480, 127.0.0.1:8480, true",
        "LOCALHOST:8480, 127.0.0.1:8480, true",
        "[::1]:8480, [0:0::1]:8480, true",
        "prep.radio.example:8480, PREP.radio.example:8480, true",
        "0.0.0.0:2222, 127.0.0.1:8480, false",
        "203.0.113.9:8480, 127.0.0.1:8480, false",
        "prep.radio.example:8480, 127.0.0.1:8480, false",
        "127.0.0.1:8480, prep.radio.example:8480, false",
        "0.0.0.0:0, 0.0.0.0:0, false"
    })
    void onePortServesOneOfThem(String sftp, String status, boolean overlap) {
        Address one = Address.parse(sftp).orElseThrow();
        Address other = Address.parse(status).orElseThrow();

        assertThat(one.overlaps(other)).isEqualTo(overlap);
        assertThat(other.overlaps(one)).isEqualTo(overlap);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "127.1.2.3:8480", "localhost:8480", "'[::1]:8480'"})
    void loopbackNeedsNoTls(String listen) {
        assertThatCode(() -> home.read(HomeFixture.LEAST + "status: {listen: " + listen + "}\n"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "7B, 7",
        "3KB, 3000",
        "500MB, 500000000",
        "2GB, 2000000000",
        "1 GiB, 1073741824",
        "4MiB, 4194304",
        "2KiB, 2048",
        "1TB, 1000000000000",
        "1TiB, 1099511627776"
    })
    void sizesHaveDecimalAndBinaryUnits(String text, long bytes) throws Exception {
        assertThat(home.read(HomeFixture.LEAST + "archive: {budget: " + text + "}\n")
                        .archive()
                        .budget())
                .isEqualTo(bytes);
    }

    @Test
    void aTokenIsNeverRepeated() throws IOException {
        for (Locale locale : List.of(Locale.ENGLISH, SPANISH)) {
            assertThat(home.problems(HomeFixture.LEAST + "status: {tokens: [hunter2]}\n", locale))
                    .noneMatch(line -> line.contains("hunter2"));
        }
    }

    @Test
    void sectionsOfTheWrongShapeAreToldOnce() throws IOException {
        String yaml = HomeFixture.LEAST.replace("- {name: iee, authorizedKeys: keys/iee.pub}", "- iee");

        assertThat(home.problems(yaml))
                .singleElement()
                .asString()
                .startsWith("10:7 not-a-section: sftp.uploaders[0] must be a section");
    }

    @Test
    void listsOfSectionsMustBeThereAndNotEmpty() throws IOException {
        assertThat(home.problems("home: .\ndifusor: {id: a, name: b}\nevent: e\nevents: []\nsftp: {}\n"))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("1:1 no-trust"),
                        one -> assertThat(one)
                                .startsWith("4:9 not-a-list: events must be a list with at least one item"),
                        one -> assertThat(one).startsWith("5:7 missing-key: sftp.uploaders is missing"));
    }

    @Test
    void twoEventsNeverShareAnId() throws IOException {
        String second = "  - {id: pel-2024, opens: 2024-06-02T20:00:00Z, closes: 2024-06-03T20:00:00Z}\nsftp:";

        assertThat(home.problems(HomeFixture.LEAST.replace("sftp:", second)))
                .singleElement()
                .asString()
                .startsWith("8:10 duplicate-name: events[1].id: the name pel-2024 is there twice, in lines 5 and 8");
    }

    @Test
    void anEmptyFileSaysHowToBegin() throws IOException {
        for (String yaml : List.of("", "# only a comment\n", "- a list\n", "text\n")) {
            assertThat(home.problems(yaml)).singleElement().asString().contains("not-a-configuration");
        }
    }

    @Test
    void twoDocumentsInOneFileAreRefused() throws IOException {
        assertThat(home.problems(HomeFixture.LEAST + "---\nhome: /\n"))
                .singleElement()
                .asString()
                .startsWith("12:1 not-yaml");
    }

    @Test
    void aControlCharacterIsToldWithItsPlace() throws IOException {
        assertThat(home.problems(HomeFixture.LEAST.replace("pel-2024\nevents", "pel\u0001\nevents")))
                .singleElement()
                .asString()
                .startsWith("3:11 not-yaml: this is not valid YAML: U+0001");
    }

    @Test
    void depthHasALimit() throws IOException {
        int inside = Yaml.MAX_DEPTH - 1;
        assertThat(home.problems("a: " + "[".repeat(inside) + "]".repeat(inside)))
                .noneMatch(one -> one.contains("too-deep"));
        assertThat(home.problems("a: " + "[".repeat(100_000)))
                .singleElement()
                .asString()
                .startsWith("1:19 too-deep: lists and sections are nested more than 16 deep");
    }

    @Test
    void aliasesHaveALimit() throws IOException {
        String alias = "a: &a x\nb: [" + "*a, ".repeat(Yaml.MAX_ALIASES);

        assertThat(home.problems(alias + "]")).noneMatch(one -> one.contains("too-many-aliases"));
        assertThat(home.problems(alias + "*a]")).singleElement().asString().contains("too-many-aliases");
    }

    @Test
    void listsHaveALimit() throws Exception {
        String types = HomeFixture.LEAST + "files: {data: [" + "json, ".repeat(Section.MAX_ITEMS);

        assertThat(home.read(types + "]}\n").files()).hasSize(1);
        assertThat(home.problems(types + "csv]}\n"))
                .singleElement()
                .asString()
                .contains("too-many-items: files.data has more than 1000 items");
    }

    @Test
    void anEmptyFileIsNoCertificate() throws IOException {
        Files.writeString(folder.resolve("trust/iee-root.pem"), "");

        assertThat(home.problems(HomeFixture.LEAST)).singleElement().asString().startsWith("11:25 empty-file");
    }

    @Test
    void whereAStolenKeyWasTheOnlyOneTheFileMayStandEmpty() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys/iee.pub"), "");

        assertThat(home.read(HomeFixture.LEAST).sftp().uploaders())
                .singleElement()
                .satisfies(iee -> assertThat(iee.authorizedKeys()).containsExactly(keys));
    }

    @Test
    void readAloneItsOwnProblemsAreToldAndThoseOfTheFilesThatItNamesAreNot() throws Exception {
        Files.delete(folder.resolve("keys/iee.pub"));
        Files.writeString(folder.resolve("trust/iee.crl"), "");
        Path file = home.write(HomeFixture.LEAST.replace("cms: {", "cms: {crls: [trust/iee.crl], ")
                + "alerts: {webhook: {url: https://h/x, secret: keys/gone}}\n");

        assertThat(home.problems(Files.readString(file))).hasSize(3);
        assertThat(ConfigReader.readAlone(file).trust().cms().crls()).containsExactly(folder.resolve("trust/iee.crl"));
        home.write(HomeFixture.LEAST + "colour: red\n");
        assertThatThrownBy(() -> ConfigReader.readAlone(file)).hasMessageContaining("unknown key colour");
    }

    @Test
    void messagesStayShortWhateverStandsInTheFile() throws IOException {
        assertThat(home.problems(HomeFixture.LEAST.replace("event: pel-2024", "event: " + "x".repeat(5_000))))
                .singleElement()
                .asString()
                .hasSizeLessThan(400);
    }

    @Test
    void spanishReadersReadSpanish() throws IOException {
        assertThat(home.problems(HomeFixture.LEAST.replace("pel-2024\nevents", "pel-2021\nevents"), SPANISH))
                .containsExactly("3:8 unknown-event: event es «pel-2021», que no está en events; escriba pel-2024");
    }

    @Test
    void anyOtherReaderReadsEnglishWhateverTheMachineSpeaks() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(SPANISH);
        try {
            assertThat(home.problems(HomeFixture.LEAST.replace("home: .", ""), Locale.FRENCH))
                    .singleElement()
                    .asString()
                    .contains("home is missing");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void bothLanguagesHaveTheSameTextsAndEveryProblemACure() {
        String bundle = "mx.difusor.agent.config.messages";
        ResourceBundle english = ResourceBundle.getBundle(bundle, Locale.ROOT);
        ResourceBundle spanish = ResourceBundle.getBundle(bundle, SPANISH);

        for (Enumeration<String> keys = english.getKeys(); keys.hasMoreElements(); ) {
            String key = keys.nextElement();
            assertThat(spanish.getString(key)).as(key).isNotBlank();
            assertThat(key.startsWith("accepted.") || key.endsWith(".cure") || english.containsKey(key + ".cure"))
                    .as("a cure for " + key)
                    .isTrue();
        }
        assertThat(spanish.keySet()).isEqualTo(english.keySet());
    }
}
