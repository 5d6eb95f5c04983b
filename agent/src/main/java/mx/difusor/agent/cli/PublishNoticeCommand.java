package mx.difusor.agent.cli;

import picocli.CommandLine.Command;

/** The operator's notice to the public; the work is in its subcommands. */
@Command(name = "notice", mixinStandardHelpOptions = true)
final class PublishNoticeCommand {}
