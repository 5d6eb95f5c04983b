package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A difusor with a fresh Debian 12 and the manual, and the Institute on the other side, who follows the README. What a
 * person would do in between, such as the download, is in {@link #handy}.
 */
final class Newsroom implements AutoCloseable {

    static final String SITE = "prep.mi-radio.example";

    private final Path folder;
    private final CleanDebian debian;

    private Newsroom(Path folder, CleanDebian debian) {
        this.folder = folder;
        this.debian = debian;
    }

    /** @param download what lies in root's home */
    static Newsroom open(Path folder, Path... download) throws Exception {
        Tool.needs("openssl", "ssh-keygen", "sftp", "zip", "curl");
        for (int port : List.of(80, 443, 2222, 8480)) {
            Tool.needs(isFree(port), "port " + port + " of this host is taken");
        }
        instituteMakesItsKeys(folder);
        Newsroom newsroom = new Newsroom(folder, CleanDebian.boot(folder));
        try {
            newsroom.handy(download);
            return newsroom;
        } catch (Exception | Error e) {
            newsroom.close();
            throw e;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static void instituteMakesItsKeys(Path folder) throws Exception {
        Tool.bash(folder, """
                        ssh-keygen -q -t ed25519 -N '' -f iee_ssh
                        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout iee.key -out iee.pem \\
                          -days 30 -subj /CN=IEE
                        """).ok();
    }

    /** The download, what the Institute has given, the certificate, and what a fresh Debian of this size does not bring. */
    private void handy(Path... download) throws Exception {
        Path root = debian.root();
        Tool.run(List.of("cp", "-a", "/etc/apt/.", root.resolve("etc/apt").toString()))
                .ok();
        Tool.run(List.of(
                        "cp",
                        "-L",
                        "/etc/resolv.conf",
                        root.resolve("etc/resolv.conf").toString()))
                .ok();
        for (Path file : download) {
            Files.copy(file, root.resolve("root").resolve(file.getFileName()));
        }
        Files.copy(folder.resolve("iee_ssh.pub"), root.resolve("root/iee.pub"));
        Files.copy(folder.resolve("iee.pem"), root.resolve("root/iee-root.pem"));
        Path certificate = Files.createDirectories(root.resolve("etc/letsencrypt/live/" + SITE));
        Tool.bash(
                        certificate,
                        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN="
                                + SITE + " -addext subjectAltName=DNS:" + SITE
                                + " -keyout privkey.pem -out fullchain.pem")
                .ok();
        type("apt-get update -q").ok();
    }

    /** docs/es/instalar.md from its first command to its last, nginx as docs/web-servers.md says, and cut 1. */
    void followsThePageToTheFirstCut() throws Exception {
        for (String block : Manual.blocks("docs/es/instalar.md", "debian")) {
            boolean look = block.contains("doctor");
            Tool.Result typed = type(block);
            // At this point nothing is published yet, and the web server is still to come: doctor says so.
            assertThat(typed.code()).as("%s%n%s", block, typed.output()).isBetween(0, look ? 1 : 0);
        }
        type("apt-get install -qy --no-install-recommends nginx-light").ok();
        type(Manual.block("docs/web-servers.md", "nginx")).ok();
        instituteSends(1);
        isPublic(1);
    }

    /** As in a shell of root's in its home; {@code editor} changes what a difusor would. */
    Tool.Result type(String commands) throws Exception {
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

    /** @param sequence the package's number, and what its page says */
    void instituteSends(int sequence) throws Exception {
        Tool.bash(
                        folder,
                        "rm -rf corte && mkdir corte && echo '<h1>corte " + sequence + "</h1>' > corte/index.html\n"
                                + "export HOST=127.0.0.1 PORT=2222\n"
                                + "sftp() { command sftp -F /dev/null -o StrictHostKeyChecking=no"
                                + " -o UserKnownHostsFile=known \"$@\"; }\n"
                                + Manual.block("README.md", "institute")
                                        .replace("SEQUENCE=1 ", "SEQUENCE=" + sequence + " ")
                                        .replace("prep-0001", "prep-000" + sequence)
                                        .replace("T20:00:00", "T20:0" + sequence + ":00"))
                .ok();
    }

    void isPublic(int sequence) {
        Awaitility.await("the page through nginx")
                .atMost(Tool.PATIENCE)
                .untilAsserted(() -> assertThat(page()).contains("corte " + sequence));
    }

    /** As a visitor sees it. */
    String page() throws Exception {
        return Tool.bash(folder, "curl -sSk --max-time 10 --resolve " + SITE + ":443:127.0.0.1 https://" + SITE + "/")
                .output();
    }

    /** A file or folder of the difusor's host. */
    Path at(String path) {
        return debian.root().resolve(path.substring(1));
    }

    @Override
    public void close() throws java.io.IOException {
        debian.close();
    }
}
