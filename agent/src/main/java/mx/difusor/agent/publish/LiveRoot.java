package mx.difusor.agent.publish;

import java.nio.file.Path;
import java.util.Optional;
import mx.difusor.agent.model.MachineException;

/** What the web server's root points at; one implementation per way of switching. */
public interface LiveRoot {

    /** The release that it points at now; empty before the first, or where it points nowhere. */
    Optional<Path> target() throws MachineException;

    /** What visitors see, if only some of them: {@link #target} is empty where they do not all see the same. */
    default Optional<Path> shown() throws MachineException {
        return target();
    }

    /** Whether {@link #target} may be asked every second. */
    default boolean quick() {
        return true;
    }

    /**
     * Points at another whole release in one operation. After a crash at any line the live root is the old release or
     * the new one, never a mix.
     *
     * @throws MachineException {@code live-root-failed}; the old page stays
     */
    void pointAt(Path release) throws MachineException;

    /**
     * What it shows now survives a power cut, and what an interrupted switch left beside it is gone. Asked for after a
     * start and after a failure, where neither is certain.
     *
     * @throws MachineException {@code live-root-failed}
     */
    default void settle() throws MachineException {}
}
