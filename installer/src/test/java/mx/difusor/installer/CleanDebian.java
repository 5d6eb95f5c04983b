package mx.difusor.installer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A Debian 12 with nothing in it but systemd, made by debootstrap and booted in namespaces of its own on this host's
 * network. Made once for all runs; each boot has a copy.
 */
final class CleanDebian implements AutoCloseable {

    private static final Path MADE = Path.of("target/debian").toAbsolutePath();

    private final Path root;
    private final Process unshare;
    private final long init;

    private CleanDebian(Path root, Process unshare, long init) {
        this.root = root;
        this.unshare = unshare;
        this.init = init;
    }

    static CleanDebian boot(Path folder) throws Exception {
        Tool.needs("debootstrap", "unshare", "nsenter");
        Tool.needs("root".equals(System.getProperty("user.name")), "only root can boot a system");
        Tool.needs(!Files.exists(Path.of("/run/systemd/system")), "a second systemd would get in this host's way");
        Path base = base();
        Path root = folder.resolve("debian");
        Tool.run(List.of("cp", "-a", base.toString(), root.toString())).ok();
        Path script = Path.of("src/test/resources/boot-debian.sh").toAbsolutePath();
        Path log = folder.resolve("boot.log");
        Process unshare = Tool.start(
                folder,
                log,
                Map.of(),
                List.of(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--ipc",
                        "--uts",
                        "--cgroup",
                        "--fork",
                        "--kill-child",
                        "sh",
                        script.toString(),
                        root.toString()));
        try {
            Awaitility.await("the first process")
                    .atMost(Tool.PATIENCE)
                    .until(() -> unshare.children().findFirst().isPresent());
            long init = unshare.children().findFirst().orElseThrow().pid();
            CleanDebian booted = new CleanDebian(root, unshare, init);
            Awaitility.await("systemd").atMost(Tool.PATIENCE).until(() -> {
                Tool.needs(unshare.isAlive(), "systemd does not boot here: " + Files.readString(log));
                return booted.run("systemctl", "is-system-running").output().matches("(?s)running.*|degraded.*");
            });
            return booted;
        } catch (Exception | Error e) {
            unshare.descendants().forEach(ProcessHandle::destroyForcibly);
            unshare.destroyForcibly();
            throw e;
        }
    }

    /** What each boot copies: nothing in it but systemd. */
    static Path base() throws Exception {
        Path base = MADE.resolve("base");
        if (Files.exists(base)) {
            return base;
        }
        Files.createDirectories(MADE);
        Path beside = MADE.resolve("unfinished");
        Tool.run(List.of("rm", "-rf", beside.toString())).ok();
        String mirror = Tool.bash(
                        MADE,
                        "apt-get indextargets --format '$(SITE)' 'Identifier: Packages' 'Codename: bookworm' | head -n 1")
                .output()
                .strip();
        Tool.Result made = Tool.run(List.of(
                "debootstrap",
                "--variant=minbase",
                "--include=systemd,systemd-sysv",
                "bookworm",
                beside.toString(),
                mirror.isEmpty() ? "http://deb.debian.org/debian" : mirror));
        Tool.needs(made.code() == 0, "debootstrap failed: " + made.output());
        Files.move(beside, base);
        return base;
    }

    Path root() {
        return root;
    }

    /** As root inside, in its root folder. */
    Tool.Result run(String... command) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "-t", Long.toString(init), "-a", "--root", "--wd", "env", "-u", "JAVA_HOME"));
        all.addAll(List.of(command));
        return Tool.run(all);
    }

    Tool.Result sh(String script) throws Exception {
        return run("sh", "-c", script);
    }

    @Override
    public void close() throws IOException {
        try {
            end();
        } catch (Exception e) {
            throw new IOException("the booted system could not be cleared away", e);
        }
    }

    private void end() throws Exception {
        // With the first process of their namespace all the others end.
        ProcessHandle.of(init).ifPresent(ProcessHandle::destroyForcibly);
        unshare.waitFor(1, TimeUnit.MINUTES);
        unshare.destroyForcibly();
        // Control groups outlive the systemd that made them; nobody else has any of these names here.
        Tool.run(
                List.of(
                        "sh",
                        "-c",
                        "cd /sys/fs/cgroup && find . -depth -mindepth 1 -maxdepth 6 -type d \\( -path '*/system.slice*'"
                                + " -o -path '*/user.slice*' -o -name init.scope -o -name '*.mount' \\) -exec rmdir {} + 2>&1"));
        Tool.run(List.of("rm", "-rf", "--one-file-system", root.toString()));
    }
}
