package mx.difusor.agent.cli;

import mx.difusor.agent.disk.Disk;

/** What stands behind the commands. */
public record Rooms(
        Service service,
        ArchiveAccess archive,
        PackageCheck packageCheck,
        HostKeyMaker hostKeys,
        Disk disk,
        HostExamination doctor) {}
