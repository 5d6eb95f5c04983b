package mx.difusor.agent.alerting;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The system's own log, through the tool that the system has for it: Java has no datagram sockets of the kind that
 * {@code /dev/log} is, and on Windows no door to the event log at all.
 */
final class SystemLogChannel implements Channel {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<String> unixCommand;
    private final List<Path> sockets;
    private final boolean windows;
    private final Path folder;
    private final Wording wording;

    /**
     * @param unixCommand what takes {@code -p PRIORITY -- TEXT}
     * @param sockets one of them must be there, since {@code logger} succeeds where nobody listens
     */
    SystemLogChannel(List<String> unixCommand, List<Path> sockets, boolean windows, Path folder, Wording wording) {
        this.unixCommand = List.copyOf(unixCommand);
        this.sockets = List.copyOf(sockets);
        this.windows = windows;
        this.folder = folder;
        this.wording = wording;
    }

    static SystemLogChannel ofThisHost(Path folder, Wording wording) {
        return new SystemLogChannel(
                List.of("/usr/bin/logger", "-t", "difusor"),
                List.of(Path.of("/dev/log"), Path.of("/var/run/log")),
                System.getProperty("os.name", "").startsWith("Windows"),
                folder,
                wording);
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public void send(Announcement announcement, Instant at) throws ChannelException, InterruptedException {
        if (!windows && sockets.stream().noneMatch(Files::exists)) {
            throw new ChannelException("this host has no system log: there is no " + sockets.get(0), true, null);
        }
        new Program(command(announcement), folder, TIMEOUT).run(new byte[0]);
    }

    List<String> command(Announcement announcement) {
        boolean begins = announcement.state() == Announcement.State.BEGIN;
        String line = wording.line(announcement);
        if (windows) {
            // Quotes would end the argument there.
            return List.of(
                    System.getenv().getOrDefault("SystemRoot", "C:\\Windows") + "\\System32\\eventcreate.exe",
                    "/L",
                    "APPLICATION",
                    "/SO",
                    "Difusor",
                    "/ID",
                    "1",
                    "/T",
                    begins ? "WARNING" : "INFORMATION",
                    "/D",
                    line.replace('"', '\''));
        }
        List<String> command = new ArrayList<>(unixCommand);
        command.addAll(List.of("-p", begins ? "daemon.warning" : "daemon.notice", "--", line));
        return command;
    }
}
