package mx.difusor.agent.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.e2e.IeeKeys;
import mx.difusor.agent.e2e.Shell;

/** Stock programs that upload one file, in their default settings but for what keeps the account's own out. */
final class Client {

    private static final String SSH = "-F /dev/null -i %s -o IdentitiesOnly=yes -o UserKnownHostsFile=/dev/null"
            + " -o StrictHostKeyChecking=no -o LogLevel=ERROR -o BatchMode=yes";

    /** Gives a command for bash. */
    private interface Command {
        String putting(Path file, String name, Server server) throws IOException;
    }

    final String name;
    private final Path folder;
    private final Command command;

    private Client(String name, Path folder, Command command) {
        this.name = name;
        this.folder = folder;
        this.command = command;
    }

    static Client sftp(Path folder, IeeKeys iee) {
        return sftp("sftp", "", folder, iee);
    }

    static Client sftp(String name, String options, Path folder, IeeKeys iee) {
        String ssh = SSH.formatted(iee.ssh());
        return new Client(name, folder, (file, target, server) -> {
            Path batch = Files.writeString(
                    folder.resolve("batch-" + target), "put %s %s%s\n".formatted(file, server.incoming(), target));
            return "sftp -q %s %s -P %d -b %s %s@127.0.0.1"
                    .formatted(ssh, options, server.port(), batch, server.user());
        });
    }

    static Client scp(Path folder, IeeKeys iee) {
        String ssh = SSH.formatted(iee.ssh());
        return new Client(
                "scp",
                folder,
                (file, target, server) -> "scp -q %s -P %d %s %s@127.0.0.1:%s%s"
                        .formatted(ssh, server.port(), file, server.user(), server.incoming(), target));
    }

    static Client lftp(Path folder, IeeKeys iee) {
        String ssh = "ssh -a -x " + SSH.formatted(iee.ssh());
        return new Client(
                "lftp",
                folder,
                (file, target, server) -> ("lftp --norc -c 'set sftp:connect-program \"%s\"; set net:max-retries 1;"
                                + " set cmd:fail-exit yes; open -u %s,x -p %d sftp://127.0.0.1; put %s -o %s%s'")
                        .formatted(ssh, server.user(), server.port(), file, server.incoming(), target));
    }

    static Client rclone(Path folder, IeeKeys iee) {
        return new Client(
                "rclone",
                folder,
                (file, target, server) -> ("rclone --config /dev/null --retries 1 copyto %s"
                                + " ':sftp,host=127.0.0.1,port=%d,user=%s,key_file=%s,shell_type=none:%s%s' 2> /dev/null")
                        .formatted(file, server.port(), server.user(), iee.ssh(), server.incoming(), target));
    }

    static Client curl(Path folder, IeeKeys iee) {
        return new Client(
                "curl",
                folder,
                (file, target, server) -> "curl -q -sS -k -u %s: --key %s --pubkey %s -T %s sftp://127.0.0.1:%d/%s%s"
                        .formatted(
                                server.user(),
                                iee.ssh(),
                                iee.sshPublic(),
                                file,
                                server.port(),
                                server.incoming(),
                                target));
    }

    /** WinSCP is built on its code. */
    static Client psftp(Path folder, IeeKeys iee) throws IOException {
        Shell.needs("psftp", "puttygen");
        Path key = folder.resolve("putty.ppk");
        Shell.bash(folder, "puttygen %s -O private -o %s".formatted(iee.ssh(), key))
                .ok();
        return new Client("psftp", folder, (file, target, server) -> {
            Path batch = Files.writeString(
                    folder.resolve("putty-" + target), "put %s %s%s\n".formatted(file, server.incoming(), target));
            return ("psftp -batch -noagent -i %s -P %d -hostkey \"$(ssh-keygen -lf %s | cut -d' ' -f2)\" -b %s"
                            + " %s@127.0.0.1 > /dev/null")
                    .formatted(key, server.port(), server.hostKey(), batch, server.user());
        });
    }

    static List<Client> stock(Path folder, IeeKeys iee) throws IOException {
        Shell.needs("sftp", "lftp", "rclone", "curl");
        return List.of(
                sftp(folder, iee),
                sftp("sftp, aes128-gcm", "-c aes128-gcm@openssh.com", folder, iee),
                sftp("sftp, aes256-gcm", "-c aes256-gcm@openssh.com", folder, iee),
                sftp("sftp, aes256-ctr", "-c aes256-ctr", folder, iee),
                scp(folder, iee),
                lftp(folder, iee),
                rclone(folder, iee),
                curl(folder, iee),
                psftp(folder, iee));
    }

    /** Uploads the file under that name; from the program's start to its end. */
    double put(Path file, String target, Server server) throws Exception {
        String script = command.putting(file, target, server);
        return Comparison.whole(() -> Shell.bash(folder, script).ok()).milliseconds();
    }
}
