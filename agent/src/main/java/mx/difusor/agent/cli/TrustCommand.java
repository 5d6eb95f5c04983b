package mx.difusor.agent.cli;

import picocli.CommandLine.Command;

/** What counts as trusted though it has expired; the work is in its subcommands. */
@Command(name = "trust", mixinStandardHelpOptions = true)
final class TrustCommand {}
