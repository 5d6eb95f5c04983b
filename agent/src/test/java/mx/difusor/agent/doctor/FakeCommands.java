package mx.difusor.agent.doctor;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Programs that answer what a test says; all others are missing. */
final class FakeCommands implements Commands {

    private final Map<String, String> answers = new HashMap<>();

    FakeCommands answer(String command, String text) {
        answers.put(command, text);
        return this;
    }

    @Override
    public Optional<String> run(String... command) {
        return Optional.ofNullable(answers.get(String.join(" ", command)));
    }
}
