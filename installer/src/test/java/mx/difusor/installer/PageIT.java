package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sysadmin with a fresh Debian 12 and the page docs/es/instalar.md: its commands, in its order, up to a cut that is live
 * through nginx; the Institute's side with the README's. What a person would do in between is in {@link #handy}.
 */
@EnabledOnOs(OS.LINUX)
class PageIT {

    /** What the page promises from {@code apt install} on. */
    private static final Duration PROMISED = Duration.ofMinutes(5);

    private static final String SITE = "prep.my-radio.example";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static List<String> blocks(String page, String name) throws Exception {
        List<String> blocks = Pattern.compile("<!-- test: " + name + " -->\\s*```bash\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..").resolve(page)))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(blocks).as("%s in %s", name, page).isNotEmpty();
        return blocks;
    }

    @Test
    void fromTheDownloadToACutThroughNginxByFollowingThePage() throws Exception {
        Tool.needs("openssl", "ssh-keygen", "sftp", "zip", "curl");
        for (int port : List.of(80, 443, 2222, 8480)) {
            Tool.needs(isFree(port), "port " + port + " of this host is taken");
        }
        instituteMakesItsKeys();
        try (CleanDebian debian = CleanDebian.boot(folder)) {
            handy(debian);
            long begun = System.nanoTime();
            for (String block : blocks("docs/es/instalar.md", "debian")) {
                boolean look = block.contains("doctor");
                Tool.Result typed = type(debian, block);
                // At this point nothing is published yet, and the web server is still to come: doctor says so.
                assertThat(typed.code()).as("%s%n%s", block, typed.output()).isBetween(0, look ? 1 : 0);
            }
            type(debian, "apt-get install -qy --no-install-recommends nginx-light")
                    .ok();
            type(debian, blocks("docs/web-servers.md", "nginx").get(0)).ok();
            instituteSends();
            Awaitility.await("the page through nginx")
                    .atMost(Tool.PATIENCE)
                    .untilAsserted(() -> assertThat(page()).contains("corte 1"));
            Duration taken = Duration.ofNanos(System.nanoTime() - begun);

            System.out.printf("from apt install to a cut through nginx: %d s%n", taken.toSeconds());
            assertThat(taken).isLessThan(PROMISED);
            assertThat(type(debian, "sudo -u difusor difusor status").ok().output())
                    .contains("pel-2024");
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private void instituteMakesItsKeys() throws Exception {
        Tool.bash(folder, """
                        ssh-keygen -q -t ed25519 -N '' -f iee_ssh
                        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout iee.key -out iee.pem \\
                          -days 30 -subj /CN=IEE
                        mkdir corte && echo '<h1>corte 1</h1>' > corte/index.html
                        """).ok();
    }

    /** The download, what the Institute has given, the certificate, and what a fresh Debian of this size does not bring. */
    private void handy(CleanDebian debian) throws Exception {
        Path root = debian.root();
        Tool.run(List.of("cp", "-a", "/etc/apt/.", root.resolve("etc/apt").toString()))
                .ok();
        Tool.run(List.of(
                        "cp",
                        "-L",
                        "/etc/resolv.conf",
                        root.resolve("etc/resolv.conf").toString()))
                .ok();
        Files.copy(Deb.built(), root.resolve("root").resolve(Deb.built().getFileName()));
        Files.copy(folder.resolve("iee_ssh.pub"), root.resolve("root/iee.pub"));
        Files.copy(folder.resolve("iee.pem"), root.resolve("root/iee-root.pem"));
        Path certificate = Files.createDirectories(root.resolve("etc/letsencrypt/live/" + SITE));
        Tool.bash(
                        certificate,
                        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN="
                                + SITE + " -addext subjectAltName=DNS:" + SITE
                                + " -keyout privkey.pem -out fullchain.pem")
                .ok();
        type(debian, "apt-get update -q").ok();
    }

    /** As in a shell of root's in its home; {@code editor} changes what a difusor would. */
    private static Tool.Result type(CleanDebian debian, String commands) throws Exception {
        return debian.run("bash", "-c", """
                set -euo pipefail
                export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
                apt() { command apt -qy "$@"; }
                editor() { sed -i 's/name: Radio Universidad/name: Radio de la prueba/' "$1"; }
                sudo() {
                  if [ "$1" = -u ]; then
                    local account=$2; shift 2
                    setpriv --reuid="$account" --regid="$account" --init-groups "$@"
                  else
                    "$@"
                  fi
                }
                cd /root
                """ + commands);
    }

    private void instituteSends() throws Exception {
        Tool.bash(folder, """
                        export HOST=127.0.0.1 PORT=2222
                        sftp() { command sftp -F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=known "$@"; }
                        """ + blocks("README.md", "institute").get(0)).ok();
    }

    /** As a visitor sees it. */
    private String page() throws Exception {
        return Tool.bash(folder, "curl -sSk --max-time 10 --resolve " + SITE + ":443:127.0.0.1 https://" + SITE + "/")
                .output();
    }
}
