package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the manual says after the first cut: each page's commands, typed as they stand, on a difusor that is on air. */
@EnabledOnOs(OS.LINUX)
@TestMethodOrder(OrderAnnotation.class)
class ManualIT {

    private static final String HOME = "/var/lib/difusor";
    private static final String CONFIG = "/etc/difusor/difusor.yaml";
    private static final String DROP_IN = "/etc/systemd/system/difusor.service.d/override.conf";
    private static final String LINUX = "docs/install-linux.md";
    private static final int LAST = Integer.MAX_VALUE;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Newsroom newsroom;

    private static int cuts = 1;

    @BeforeAll
    static void onAir() throws Exception {
        newsroom = Newsroom.open(folder, Deb.built());
        newsroom.followsThePageToTheFirstCut();
        newsroom.type("apt-get install -qy --no-install-recommends rsync openssl openssh-client gpg")
                .ok();
    }

    @AfterAll
    @SuppressWarnings("NullAway")
    static void clearAway() throws IOException {
        if (newsroom != null) {
            newsroom.close();
        }
    }

    private static Tool.Result type(String page, String name) throws Exception {
        return newsroom.type(Manual.block(page, name));
    }

    private static void nextCut() throws Exception {
        newsroom.instituteSends(++cuts);
        newsroom.isPublic(cuts);
    }

    private static void restart() throws Exception {
        newsroom.type("systemctl daemon-reload && systemctl restart difusor").ok();
    }

    @Test
    void theEnglishPageInstallsTheSame() throws Exception {
        for (String block : Manual.blocks(LINUX, "linux-install")) {
            newsroom.type(block).ok();
        }
        assertThat(newsroom.page()).contains("corte " + cuts);
    }

    @Test
    void statusAndDoctorAnswer() throws Exception {
        assertThat(type("docs/es/operacion.md", "status").ok().output()).contains("pel-2024");
        Tool.Result doctor = type("docs/doctor.md", "doctor");
        assertThat(doctor.code()).as(doctor.output()).isBetween(0, 1);
        assertThat(doctor.output()).contains("✔");
    }

    @Test
    void anExistingDocrootBecomesTheLinkAndTheFolderAgain() throws Exception {
        List<String> commands = Manual.block("docs/adopt.md", "adopt").lines().toList();
        assertThat(commands).hasSize(2);
        newsroom.type("echo before > /var/www/html/index.html").ok();

        newsroom.type(commands.get(0)).ok();
        assertThat(newsroom.type("cat /var/www/html/index.html").output()).contains("corte " + cuts);

        newsroom.type(commands.get(1)).ok();
        assertThat(newsroom.type("cat /var/www/html/index.html").output()).isEqualTo("before\n");
    }

    @Test
    void aChannelOfAlertsIsProved() throws Exception {
        String config = Files.readString(newsroom.at(CONFIG));
        try {
            Files.writeString(newsroom.at(CONFIG), "\nalerts: {command: [/usr/bin/true]}\n", StandardOpenOption.APPEND);
            restart();
            Tool.Result proved = type("docs/alerts.md", "alert").ok();
            assertThat(proved.output()).contains("command");
        } finally {
            Files.writeString(newsroom.at(CONFIG), config);
            restart();
        }
    }

    @Test
    void theSecretOfAWebhookIsNobodyElsesAndSignsABody() throws Exception {
        newsroom.type("echo '{}' > body").ok();

        String digest = type("docs/alerts.md", "webhook").ok().output();

        assertThat(digest.strip()).matches("(?s).*[0-9a-f]{64}");
        assertThat(newsroom.type("stat -c '%U %a' " + HOME + "/keys/webhook.secret")
                        .output())
                .isEqualTo("difusor 600\n");
    }

    @Test
    void aTokenIsMadeAndItsHashIsWhatIsConfigured() throws Exception {
        List<String> said = newsroom.type(Manual.block("docs/status.md", "token") + "echo $TOKEN")
                .ok()
                .output()
                .lines()
                .toList();

        assertThat(said).hasSize(2);
        assertThat(said.get(0)).startsWith(sha256(said.get(1)));
    }

    @Test
    void theHeadOfTheHistoryIsWhatTheNextLineNames() throws Exception {
        Path history = newsroom.at(HOME + "/history.log");
        while (Files.readAllLines(history).size() < 4) {
            nextCut();
        }

        String head = type("docs/history.md", "history").ok().output().substring(0, 64);

        assertThat(head).isEqualTo(sha256(Files.readAllLines(history).get(2)));
        assertThat(Files.readAllLines(history).get(3)).contains(head);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aNewRootCountsForTheVeryNextPackageAndBothSideBySide() throws Exception {
        Tool.bash(folder, """
                        openssl req -x509 -newkey rsa:2048 -nodes -keyout new.key -out new-root.pem -days 30 -subj /CN=new
                        printf '[ca]\\ndefault_ca=one\\n[one]\\ndatabase=index\\ndefault_md=sha256\\ndefault_crl_days=7\\n' > ca.cnf
                        : > index
                        openssl ca -config ca.cnf -gencrl -keyfile new.key -cert new-root.pem -out iee.crl
                        export GNUPGHOME=$PWD/gnupg; mkdir -m 700 gnupg
                        gpg --batch --quiet --passphrase '' --quick-gen-key iee@example ed25519 sign never
                        gpg --armor --export > keys.asc; gpgconf --kill all
                        """).ok();
        for (String file : List.of("new-root.pem", "keys.asc")) {
            Files.copy(folder.resolve(file), newsroom.at("/root/" + file));
        }
        Files.copy(folder.resolve("iee.crl"), newsroom.at(HOME + "/trust/iee.crl"));
        Path trusted = newsroom.at(HOME + "/trust/iee-root.pem");
        String old = Files.readString(trusted);

        type("docs/trust.md", "new-root").ok();
        assertThat(trusted).hasSameTextualContentAs(folder.resolve("new-root.pem"));
        assertThat(newsroom.type("stat -c '%U %a' " + HOME + "/trust/iee-root.pem")
                        .output())
                .isEqualTo("difusor 600\n");

        type("docs/trust.md", "both-roots").ok();
        assertThat(trusted).content().contains(old, Files.readString(folder.resolve("new-root.pem")));
        nextCut();

        assertThat(type("docs/trust.md", "fingerprints").ok().output()).contains("CN = new", "SHA256:", "ed25519");
        assertThat(type("docs/trust.md", "crl").ok().output()).contains("CN = new", "nextUpdate");
    }

    @Test
    void anExpiredCertificateIsAllowedListedAndTakenBack() throws Exception {
        OffsetDateTime until = OffsetDateTime.now(ZoneOffset.UTC).plusHours(6).truncatedTo(ChronoUnit.SECONDS);
        String block = Manual.block("docs/trust.md", "allow-expired");
        Matcher dated = Pattern.compile("--until \\S+").matcher(block);
        assertThat(dated.find()).isTrue();

        // Whoever types it is asked; here nobody can be.
        String said =
                newsroom.type(dated.replaceFirst("--yes --until " + until)).ok().output();

        assertThat(said.lines()
                        .filter(line -> line.contains("0123456789abcdef"))
                        .count())
                .as(said)
                .isGreaterThanOrEqualTo(2);
        assertThat(newsroom.type("sudo -u difusor difusor trust list").output()).doesNotContain(until.toString());
    }

    @Test
    void whatWasBackedUpGoesOnInANewHome() throws Exception {
        String backup = Manual.block("docs/backup.md", "backup").replace("backup:/difusor/", "/root/backup/");
        newsroom.type("mkdir /root/backup\n" + backup).ok();
        assertThat(newsroom.at("/root/backup/archive/pel-2024/1/prep-0001.zip")).exists();
        assertThat(newsroom.at("/root/backup/difusor.yaml")).exists();
        assertThat(newsroom.at("/root/backup/history.log")).exists();

        newsroom.type("systemctl stop difusor && mv " + HOME + " " + HOME
                        + ".lost && install -d -o difusor -g difusor -m 0711 "
                        + HOME + " && cp -a /root/backup/. " + HOME + " && chown -R difusor:difusor " + HOME
                        + " && systemctl start difusor")
                .ok();

        Awaitility.await("the newest cut")
                .atMost(Tool.PATIENCE)
                .untilAsserted(() -> assertThat(newsroom.page()).contains("corte " + cuts));
        newsroom.type("sudo -u difusor difusor archive check").ok();
        nextCut();
    }

    @Test
    void theDropInsOpenWhatTheySay() throws Exception {
        List<String> dropIns = Manual.blocks(LINUX, "drop-in");
        assertThat(dropIns).hasSize(2);
        String config = Files.readString(newsroom.at(CONFIG));
        Files.createDirectories(newsroom.at(DROP_IN).resolveSibling(""));
        try {
            linkOutsideTheHome(dropIns.get(0), config);
            portBelow1024(dropIns.get(1), config);
        } finally {
            Files.deleteIfExists(newsroom.at(DROP_IN));
            Files.writeString(newsroom.at(CONFIG), config);
            restart();
        }
    }

    private static void linkOutsideTheHome(String dropIn, String config) throws Exception {
        newsroom.type("install -d -o difusor /srv/www").ok();
        Files.writeString(newsroom.at(CONFIG), replaced(config, "(?m)^  live: live ", "  live: /srv/www/live "));

        assertThat(newsroom.type("systemctl restart difusor").code()).isNotZero();
        Files.writeString(newsroom.at(DROP_IN), dropIn);
        restart();

        assertThat(newsroom.type("cat /srv/www/live/index.html").ok().output()).contains("corte " + cuts);
    }

    private static void portBelow1024(String dropIn, String config) throws Exception {
        Files.writeString(newsroom.at(CONFIG), replaced(config, ":2222", ":1022"));

        assertThat(newsroom.type("systemctl restart difusor").code()).isNotZero();
        Files.writeString(newsroom.at(DROP_IN), dropIn);
        restart();

        assertThat(newsroom.type("ssh-keyscan -p 1022 127.0.0.1 2>/dev/null")
                        .ok()
                        .output())
                .contains("ssh-ed25519");
    }

    private static String replaced(String text, String pattern, String by) {
        String replaced = text.replaceFirst(pattern, by);
        assertThat(replaced).isNotEqualTo(text);
        return replaced;
    }

    @Test
    @Order(LAST)
    void isUpgradedRemovedAndPurged() throws Exception {
        Files.copy(Deb.older(folder, "9.0"), newsroom.at("/root/difusor_NEW.deb"));
        type(LINUX, "linux-upgrade").ok();
        assertThat(newsroom.type("dpkg-query -W -f '${Version}' difusor; systemctl is-active difusor")
                        .output())
                .isEqualTo("9.0active\n");
        nextCut();

        type(LINUX, "linux-remove").ok();
        assertThat(newsroom.type("systemctl is-active difusor").output()).startsWith("inactive");
        assertThat(newsroom.page()).contains("corte " + cuts);

        type(LINUX, "linux-purge").ok();
        assertThat(newsroom.at(HOME)).doesNotExist();
        assertThat(newsroom.at("/etc/difusor")).doesNotExist();
    }
}
