package mx.difusor.agent.cli;

import picocli.CommandLine.Command;

/** Whom alerts reach; the work is in its subcommands. */
@Command(name = "alert", mixinStandardHelpOptions = true)
final class AlertCommand {}
