package mx.difusor.agent.cli;

import picocli.CommandLine.Command;

/** Which event is published; the work is in its subcommands. */
@Command(name = "event", mixinStandardHelpOptions = true)
final class EventCommand {}
