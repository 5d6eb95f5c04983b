package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** Whose a home is. What a command makes there under another account, as with `sudo` alone, the agent cannot read. */
final class HomeOwner {

    private HomeOwner() {}

    /**
     * The agent's account is the one that made the lock; in a home that no agent has worked on yet, the home's owner. A
     * container's agent may be root in a folder that is another's.
     *
     * @param command as people type it
     * @throws MachineException {@code home-of-another}; nothing is told where owners cannot be asked
     */
    static void expectOwn(String command, Home home) throws MachineException {
        String owner = another(home);
        if (owner != null) {
            throw new MachineException(
                    "home-of-another",
                    made(home) + " is of the account " + owner + ", and what `" + command
                            + "` would write as this one the agent could not read; nothing was done",
                    "run it as that account: sudo -u " + owner + " " + command + " ...",
                    null);
        }
    }

    /** Null where the home is this account's, there is none, or owners cannot be asked. */
    static @Nullable String another(Home home) {
        Path made = made(home);
        if (!made.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return null;
        }
        try {
            UserPrincipal owner = Files.getOwner(made);
            return owner.equals(own()) ? null : owner.getName();
        } catch (IOException e) {
            return null; // no home yet, or one that the command itself fails at
        }
    }

    private static Path made(Home home) {
        return Files.notExists(home.lock()) ? home.root() : home.lock();
    }

    /** This process's account, as the file system knows it: a container's may have no name. */
    private static UserPrincipal own() throws IOException {
        Path mine = Files.createTempFile("difusor-", ".tmp");
        try {
            return Files.getOwner(mine);
        } finally {
            Files.delete(mine);
        }
    }
}
