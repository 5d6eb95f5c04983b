package mx.difusor.agent.speed;

import java.nio.file.Path;
import java.util.List;

/** The agent as the distribution starts it: the options of the virtual machine, and of the system's memory allocator. */
final class Shipped {

    private static final Path OPTIONS = Path.of("..", "installer", "src", "main", "distribution", "etc", "jvm.options")
            .toAbsolutePath();

    /** To be put before the command that starts the agent. */
    static final List<String> OPTIONED = List.of("env", "MALLOC_ARENA_MAX=2", "JDK_JAVA_OPTIONS=@" + OPTIONS);

    private Shipped() {}
}
