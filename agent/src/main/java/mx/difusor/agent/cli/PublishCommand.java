package mx.difusor.agent.cli;

import picocli.CommandLine.Command;

/** The operator's hand on the live root; the work is in its subcommands. */
@Command(name = "publish", mixinStandardHelpOptions = true)
final class PublishCommand {}
