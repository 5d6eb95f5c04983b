package mx.difusor.agent.cli;

import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.MachineException;
import picocli.CommandLine.Parameters;

/** {@code EVENT SEQ}: which package of the archive. */
final class PackageParameters {

    private final Texts texts;
    private final ArchiveAccess archive;

    @Parameters(index = "0", paramLabel = "EVENT", descriptionKey = "EVENT")
    private String event = "";

    @Parameters(index = "1", paramLabel = "SEQ", descriptionKey = "SEQ")
    private long sequence;

    PackageParameters(Texts texts, ArchiveAccess archive) {
        this.texts = texts;
        this.archive = archive;
    }

    String event() {
        return event;
    }

    long sequence() {
        return sequence;
    }

    ArchiveAccess.Shown find(Config config) throws MachineException, CommandFailure {
        return archive.show(config, event, sequence)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.FAILED,
                        texts.of("msg.no-package", event, sequence),
                        texts.of("msg.no-package.cure", event)));
    }
}
