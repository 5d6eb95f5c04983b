package mx.difusor.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Asks the person at the terminal before something that the public depends on changes, and says who that is. */
record Consent(Surroundings surroundings) {

    private static final int MAX_BY = 100;

    /** Only a person can be asked; a script that names the command means it. */
    boolean given(CommandSpec spec, String question) {
        if (!surroundings.attended()) {
            return true;
        }
        Texts texts = surroundings.texts();
        PrintWriter errors = spec.commandLine().getErr();
        errors.print(question + " " + texts.of("msg.yes-or-no") + " ");
        errors.flush();
        try {
            String answer = surroundings.answers().readLine();
            if (answer != null && answer.strip().matches(texts.of("msg.yes-pattern"))) {
                return true;
            }
        } catch (IOException e) {
            // Who cannot answer has not agreed.
        }
        errors.println(texts.of("msg.nothing-changed"));
        return false;
    }

    /** For the record, in one line. */
    String by() {
        String line = surroundings.user().replaceAll("\\p{Cntrl}", " ").strip();
        return line.substring(0, Math.min(line.length(), MAX_BY));
    }
}
