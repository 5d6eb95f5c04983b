package mx.difusor.agent.speed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mx.difusor.agent.e2e.IeeKeys;
import mx.difusor.agent.e2e.Shell;
import mx.difusor.agent.e2e.Site;
import org.awaitility.Awaitility;

/** OpenSSH's own server with {@code internal-sftp}, as a distribution ships it: the rival in receiving. */
final class Sshd implements AutoCloseable {

    private final Path folder;
    private final int port;
    private Process process;

    private Sshd(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = run();
    }

    static Sshd start(Path folder, IeeKeys iee) throws IOException {
        Shell.needs("sshd", "ssh-keygen");
        Files.createDirectories(folder.resolve("incoming"));
        int port = Site.freePort();
        Shell.bash(folder, "ssh-keygen -q -t ed25519 -N '' -f host").ok();
        Files.writeString(folder.resolve("sshd_config"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s/host
                AuthorizedKeysFile %s
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                Subsystem sftp internal-sftp
                """.formatted(port, folder, iee.sshPublic()));
        return new Sshd(folder, port);
    }

    private Process run() throws IOException {
        // Where root starts it, it wants the folder into which it locks itself up; the distribution's unit makes it.
        Shell.bash(folder, "test \"$(id -u)\" != 0 || mkdir -p -m 755 /run/sshd")
                .ok();
        Process started = new ProcessBuilder(List.of(
                        "/usr/sbin/sshd",
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("sshd_config").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("sshd.log").toFile()))
                .start();
        Awaitility.await("sshd").atMost(Duration.ofSeconds(30)).until(this::answers);
        return started;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void restart() throws Exception {
        process.destroy();
        process.waitFor();
        process = run();
    }

    Server server() {
        return new Server(
                System.getProperty("user.name"), port, folder.resolve("incoming") + "/", folder.resolve("host.pub"));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
