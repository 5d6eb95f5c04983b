package mx.difusor.agent.desk;

import java.util.Optional;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.verify.StatedPurpose;
import org.jspecify.annotations.Nullable;

/** Results of a test must never be taken for an election's, nor an election's be shown in a drill. */
public final class Purpose {

    private Purpose() {}

    /** What is wrong and the cure; empty where the package does not say what it is, or says what its event is. */
    public static Optional<String> mistaken(Event event, @Nullable StatedPurpose purpose) {
        if (purpose == null || purpose.test() == event.drill()) {
            return Optional.empty();
        }
        String says = purpose.path() + " says \"" + purpose.text() + "\", so this is "
                + (purpose.test() ? "a test" : "no test");
        String is = event.id() + " is " + (event.drill() ? "a drill" : "a real event");
        return Optional.of(says + ", but " + is + "; send it under the event that it belongs to");
    }
}
