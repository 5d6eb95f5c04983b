package mx.difusor.agent.cli;

import picocli.CommandLine.Command;

/** Looks into the archive; the work is in its subcommands. */
@Command(name = "archive", mixinStandardHelpOptions = true)
final class ArchiveCommand {}
