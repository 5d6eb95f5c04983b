package mx.difusor.agent.cli;

import java.util.Map;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What all commands that change something at the running agent take: why, and whether to ask first. */
final class Order {

    private final Texts texts;

    @Mixin
    private final OperatorCall agent;

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    Order(Surroundings surroundings, AgentPresence presence) {
        this.texts = surroundings.texts();
        this.agent = new OperatorCall(surroundings, presence);
    }

    /**
     * @param about what the command needs beside who and why
     * @param question key of the text that is asked first; null where nothing that is public changes
     * @param words what stands in that text
     */
    int give(CommandSpec spec, String command, Map<String, ?> about, @Nullable String question, Object... words)
            throws ConfigException, CommandFailure, MachineException {
        return agent.command(spec, command, about, why, question == null || agreed ? null : texts.of(question, words));
    }
}
