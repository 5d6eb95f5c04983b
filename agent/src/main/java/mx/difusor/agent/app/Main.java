package mx.difusor.agent.app;

import java.time.Clock;
import mx.difusor.agent.cli.Difusor;
import mx.difusor.agent.cli.Rooms;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.intake.HostKeys;

/** The {@code difusor} command. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Disk disk = new LocalDisk();
        Rooms rooms = new Rooms(
                new AgentService(),
                new ArchiveRooms(disk),
                new OfflineCheck(disk, Clock.systemUTC()),
                folder -> HostKeys.ensure(folder, disk),
                disk);
        System.exit(Difusor.commandLine(rooms).execute(args));
    }
}
