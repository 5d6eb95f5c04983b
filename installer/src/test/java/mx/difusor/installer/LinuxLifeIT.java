package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of an installation, for real: a clean Debian with its systemd, the .deb, stock ssh-keygen, openssl and sftp.
 * One test, because each step needs the one before.
 */
@EnabledOnOs(OS.LINUX)
class LinuxLifeIT {

    private static final String OLDER = "0.0.1";
    private static final String HOME = "/var/lib/difusor";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private int sftp;
    private int status;

    @Test
    void installedStartedUsedReloadedUpgradedRemovedAndPurged() throws Exception {
        Tool.needs("dpkg-deb", "openssl", "ssh-keygen", "sftp", "zip");
        Path older = Deb.older(folder, OLDER);
        try (CleanDebian debian = CleanDebian.boot(folder)) {
            nothingRunsYetAndTheNextStepIsSaid(debian, install(debian, older));
            configure(debian);
            start(debian);
            publish(debian, 1);
            reload(debian);
            aStuckAgentIsStartedAgain(debian);
            upgradeDuringAnUpload(debian);
            remove(debian);
            purge(debian);
        }
    }

    private static Tool.Result install(CleanDebian debian, Path deb) throws Exception {
        Files.copy(deb, debian.root().resolve("root/difusor.deb"), StandardCopyOption.REPLACE_EXISTING);
        return debian.sh("DEBIAN_FRONTEND=noninteractive dpkg -i /root/difusor.deb")
                .ok();
    }

    private void nothingRunsYetAndTheNextStepIsSaid(CleanDebian debian, Tool.Result installed) throws Exception {
        assertThat(installed.output()).contains("next: put the Institute's SSH key at " + HOME + "/keys/iee.pub");
        assertThat(debian.run("systemctl", "is-enabled", "difusor").output()).startsWith("enabled");
        assertThat(debian.run("systemctl", "is-active", "difusor").output()).startsWith("inactive");
        assertThat(modes(debian, "/etc/difusor", "/etc/difusor/difusor.yaml", HOME, HOME + "/keys", HOME + "/archive"))
                .containsExactly(
                        "root:difusor 750 /etc/difusor",
                        "root:difusor 640 /etc/difusor/difusor.yaml",
                        "difusor:difusor 711 " + HOME,
                        "difusor:difusor 700 " + HOME + "/keys",
                        "difusor:difusor 700 " + HOME + "/archive");
        debian.sh("ls /var/cache/difusor/difusor.jsa || ls /var/cache/difusor/difusor.aot")
                .ok();
        assertThat(debian.root().resolve("var/lib/difusor/difusor.yaml")).doesNotExist();
    }

    private static List<String> modes(CleanDebian debian, String... files) throws Exception {
        return debian.sh("stat -c '%U:%G %a %n' " + String.join(" ", files))
                .ok()
                .output()
                .lines()
                .toList();
    }

    private void configure(CleanDebian debian) throws Exception {
        sftp = freePort();
        status = freePort();
        Tool.bash(
                        folder,
                        "ssh-keygen -q -t ed25519 -N '' -f iee_ssh; openssl req -x509 -newkey ec -pkeyopt"
                                + " ec_paramgen_curve:P-256 -nodes -keyout iee.key -out iee.pem -days 30 -subj /CN=IEE")
                .ok();
        Path home = debian.root().resolve("var/lib/difusor");
        Files.copy(folder.resolve("iee_ssh.pub"), home.resolve("keys/iee.pub"));
        Files.copy(folder.resolve("iee.pem"), home.resolve("trust/iee-root.pem"));
        debian.sh("sed -i -e 's/0.0.0.0:2222/127.0.0.1:" + sftp + "/; s/127.0.0.1:8480/127.0.0.1:" + status
                        + "/; s/opens: 2024-06/opens: 2020-06/; s/closes: 2024-06/closes: 2099-06/;"
                        + " s/keepUntil: 2024/keepUntil: 2099/' /etc/difusor/difusor.yaml")
                .ok();
        asDifusor(debian, "difusor check-config").ok();
    }

    private static Tool.Result asDifusor(CleanDebian debian, String command) throws Exception {
        return debian.sh("setpriv --reuid=difusor --regid=difusor --clear-groups " + command);
    }

    private void start(CleanDebian debian) throws Exception {
        Tool.Result started = debian.run("systemctl", "start", "difusor");

        assertThat(started.code()).as(journal(debian)).isZero();
        // Type=notify: the start ended because the agent said that it is ready.
        assertThat(asDifusor(debian, "difusor status").ok().output()).isNotEmpty();
        assertThat(show(debian, "StatusText")).startsWith("sftp on port " + sftp);
        assertThat(debian.sh("stat -c %U /proc/" + show(debian, "MainPID")).output())
                .startsWith("difusor");
    }

    private static String journal(CleanDebian debian) throws Exception {
        return debian.run("journalctl", "--no-pager", "-u", "difusor").output();
    }

    private static String show(CleanDebian debian, String property) throws Exception {
        return debian.run("systemctl", "show", "-P", property, "difusor")
                .ok()
                .output()
                .strip();
    }

    /** @return the package's file */
    private Path pack(int sequence, int kilobytes) throws Exception {
        Path made = folder.resolve("package-" + sequence);
        Files.createDirectories(made);
        Tool.bash(
                        made,
                        "printf '<!doctype html><title>%s</title>' " + sequence + " > index.html;"
                                + " head -c " + kilobytes + "K /dev/urandom | base64 -w 76 > data.txt;"
                                + " { printf '{\"format\":\"difusor-package/1\",\"event\":\"pel-2024\",\"kind\":\"site\","
                                + "\"sequence\":" + sequence + ",\"cut\":\"2024-06-02T20:0" + sequence
                                + ":00-07:00\",\"final\":false,\"remove\":[],\"files\":[';"
                                + " c=''; for f in index.html data.txt; do printf '%s{\"path\":\"%s\",\"size\":%d,"
                                + "\"sha256\":\"%s\"}' \"$c\" $f $(stat -c %s $f) $(sha256sum < $f | cut -c 1-64); c=','; done;"
                                + " printf ']}'; } > manifest.json; zip -q ../p" + sequence + ".zip *; cd ..;"
                                + " openssl cms -sign -binary -in p" + sequence + ".zip -signer iee.pem -inkey iee.key"
                                + " -outform DER -out p" + sequence + ".zip.p7s")
                .ok();
        return folder.resolve("p" + sequence + ".zip");
    }

    private String sftpCommand(String batch, String options) {
        return "printf '" + batch + "' | sftp " + options + " -i iee_ssh -o StrictHostKeyChecking=no"
                + " -o UserKnownHostsFile=known -P " + sftp + " -b - iee@127.0.0.1";
    }

    private void publish(CleanDebian debian, int sequence) throws Exception {
        pack(sequence, 1);
        Tool.bash(folder, sftpCommand("put p" + sequence + ".zip\\nput p" + sequence + ".zip.p7s\\n", ""))
                .ok();
        isLive(debian, sequence);
    }

    private static void isLive(CleanDebian debian, int sequence) {
        Awaitility.await("cut " + sequence)
                .atMost(Tool.PATIENCE)
                .untilAsserted(() -> assertThat(asVisitor(debian)).contains("<title>" + sequence + "</title>"));
    }

    /** As a web server of another account reads it. */
    private static String asVisitor(CleanDebian debian) throws Exception {
        return debian.sh("setpriv --reuid=nobody --regid=nogroup --clear-groups cat " + HOME + "/live/index.html")
                .output();
    }

    private void reload(CleanDebian debian) throws Exception {
        String before = show(debian, "MainPID");
        Path anchor = debian.root().resolve("var/lib/difusor/trust/iee-root.pem");
        String good = Files.readString(anchor);

        debian.run("systemctl", "reload", "difusor").ok();
        Awaitility.await("a line in the log")
                .atMost(Tool.PATIENCE)
                .untilAsserted(() -> assertThat(journal(debian))
                        .contains("reloaded: anchors and keys that sign: 1 files; keys of uploaders: iee 1"));

        Files.writeString(anchor, "no certificate");
        debian.sh("echo >> /etc/difusor/difusor.yaml").ok();
        debian.run("systemctl", "reload", "difusor").ok();
        Awaitility.await("what is wrong")
                .atMost(Tool.PATIENCE)
                .untilAsserted(() -> assertThat(journal(debian))
                        .contains(
                                "what counted before still counts instead of: the trust file",
                                "it is read at a start only"));
        Files.writeString(anchor, good);

        assertThat(show(debian, "MainPID")).isEqualTo(before);
        assertThat(show(debian, "ActiveState")).isEqualTo("active");
    }

    private void aStuckAgentIsStartedAgain(CleanDebian debian) throws Exception {
        debian.sh("mkdir -p /run/systemd/system/difusor.service.d && printf '[Service]\\nWatchdogSec=20\\n'"
                        + " > /run/systemd/system/difusor.service.d/watchdog.conf"
                        + " && systemctl daemon-reload && systemctl restart difusor")
                .ok();
        assertThat(show(debian, "NRestarts")).isEqualTo("0");
        String before = show(debian, "MainPID");

        // What the watchdog's signal has it write, before it is ended.
        debian.sh("kill -QUIT " + before).ok();
        Awaitility.await("a thread dump")
                .atMost(Tool.PATIENCE)
                .untilAsserted(
                        () -> assertThat(journal(debian)).contains("Full thread dump", "\"deciding\"", "\"watch\""));
        debian.sh("kill -STOP " + before).ok();

        Awaitility.await("another process")
                .atMost(Tool.PATIENCE)
                .until(() -> show(debian, "NRestarts").matches("[1-9]\\d*")
                        && !show(debian, "MainPID").equals(before)
                        && show(debian, "ActiveState").equals("active"));
    }

    private void upgradeDuringAnUpload(CleanDebian debian) throws Exception {
        pack(2, 6_000);
        String before = show(debian, "MainPID");
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong missed = new AtomicLong();
        Path live = debian.root().resolve("var/lib/difusor/live");
        Path released = debian.root().resolve("var/lib/difusor");
        Thread visitor = new Thread(() -> {
            while (!done.get()) {
                try {
                    Files.readString(
                            released.resolve(Files.readSymbolicLink(live)).resolve("index.html"));
                } catch (IOException | RuntimeException e) {
                    missed.incrementAndGet();
                }
            }
        });
        visitor.start();
        Path log = folder.resolve("upload.log");
        // Slowly: 200 kbit/s.
        Process upload =
                Tool.start(folder, log, Map.of(), List.of("bash", "-c", sftpCommand("put p2.zip\\n", "-l 200")));
        Path part = debian.root().resolve("var/lib/difusor/incoming/iee/p2.zip");
        Awaitility.await("a part").atMost(Tool.PATIENCE).until(() -> Files.exists(part) && Files.size(part) > 100_000);

        install(debian, Deb.built());

        assertThat(upload.waitFor()).as(Files.readString(log)).isNotZero();
        assertThat(show(debian, "ActiveState")).isEqualTo("active");
        assertThat(show(debian, "MainPID")).isNotEqualTo(before);
        Tool.bash(folder, sftpCommand("reput p2.zip\\nput p2.zip.p7s\\n", "")).ok();
        isLive(debian, 2);
        done.set(true);
        visitor.join();
        assertThat(missed).hasValue(0);
        assertThat(debian.run("stat", "-c", "%U", HOME + "/archive/pel-2024/2").output())
                .startsWith("difusor");
    }

    private void remove(CleanDebian debian) throws Exception {
        debian.sh("DEBIAN_FRONTEND=noninteractive dpkg -r difusor").ok();

        assertThat(debian.run("systemctl", "is-active", "difusor").output()).startsWith("inactive");
        assertThat(debian.root().resolve("usr/lib/difusor")).doesNotExist();
        assertThat(debian.root().resolve("var/cache/difusor")).doesNotExist();
        assertThat(debian.root().resolve("etc/difusor/difusor.yaml")).exists();
        assertThat(asVisitor(debian)).contains("<title>2</title>");
    }

    private void purge(CleanDebian debian) throws Exception {
        Tool.Result purged =
                debian.sh("DEBIAN_FRONTEND=noninteractive dpkg -P difusor").ok();

        assertThat(purged.output()).contains("everything that was received stays in " + HOME);
        assertThat(debian.root().resolve("etc/difusor")).doesNotExist();
        assertThat(debian.root().resolve("var/lib/difusor/archive/pel-2024/2/p2.zip"))
                .exists();
        assertThat(debian.run("id", "difusor").code()).isZero();

        install(debian, Deb.built());
        assertThat(asDifusor(debian, "difusor archive list --config /etc/difusor/difusor.yaml")
                        .output())
                .isNotEmpty();
        debian.sh("echo 'difusor difusor/purge-archive boolean true' | debconf-set-selections"
                        + " && DEBIAN_FRONTEND=noninteractive dpkg -P difusor")
                .ok();

        assertThat(debian.root().resolve("var/lib/difusor")).doesNotExist();
        assertThat(debian.run("id", "difusor").code()).isNotZero();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
