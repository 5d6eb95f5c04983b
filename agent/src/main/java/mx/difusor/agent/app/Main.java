package mx.difusor.agent.app;

import java.time.Clock;
import java.util.List;
import mx.difusor.agent.cli.Difusor;
import mx.difusor.agent.cli.Rooms;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.intake.HostKeys;
import mx.difusor.agent.status.StatusServer;
import mx.difusor.agent.visit.Visitor;
import picocli.CommandLine;

/** The {@code difusor} command. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("demo")) {
            // The demo tells its own story; of the agent inside it only what went wrong belongs there.
            System.setProperty("org.slf4j.simpleLogger.log.mx.difusor", "warn");
        }
        if (args.length > 0 && args[0].equals("doctor")) {
            // Its endpoint and what it reads log as the agent's do; the findings say all of it.
            System.setProperty("org.slf4j.simpleLogger.log.mx.difusor", "off");
        }
        System.exit(commandLine(new AgentService(), List.of(args)).execute(args));
    }

    static CommandLine commandLine(AgentService service, List<String> arguments) {
        // Read when the JDK's HTTP client is first used: each visit to the site connects anew, as visitors do.
        System.setProperty(Visitor.KEEP_ALIVE, "5");
        System.setProperty(StatusServer.REFERENCES_PER_CACHE_LINE, "16");
        Disk disk = new LocalDisk();
        Rooms rooms = new Rooms(
                service,
                new ArchiveRooms(disk, Clock.systemUTC()),
                new OfflineCheck(disk, Clock.systemUTC()),
                folder -> HostKeys.ensure(folder, disk),
                disk,
                new DoctorRooms(disk, Clock.systemUTC()));
        return Difusor.commandLine(rooms, arguments);
    }
}
