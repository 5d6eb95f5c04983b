package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.watch.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token of the operator's commands, another one for each run. Whoever listened in the agent's place while it was
 * down, and was shown a token, can do nothing with it afterwards. A disk that refuses it keeps no agent from starting.
 */
final class FreshToken implements Watch.Duty {

    private static final Logger LOG = LoggerFactory.getLogger(FreshToken.class);
    private static final int TOKEN_BYTES = 32;

    private final Path file;
    private final Disk disk;
    private boolean written;
    private boolean told;

    FreshToken(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    /** Before the status port is asked for: until {@link #write} nobody operates, and no command has one to show. */
    void withdraw() {
        try {
            disk.delete(file);
        } catch (IOException e) {
            tell(e);
        }
    }

    /** Once the status port is this agent's, and nobody else can be shown the new one. */
    void write() {
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        try {
            byte[] text = (HexFormat.of().formatHex(token) + "\n").getBytes(StandardCharsets.US_ASCII);
            disk.replace(file, text, Disk.Access.PRIVATE);
            written = true;
        } catch (IOException e) {
            tell(e);
        }
    }

    /** Where it could not be written, once more. */
    @Override
    public void tick() {
        if (!written) {
            write();
        }
    }

    private void tell(IOException e) {
        if (!told) {
            told = true;
            LOG.warn(
                    "cannot make the operator's token of this run: {}: {}; it is tried again every second, and until"
                            + " then one of an earlier run counts if it is still there (cure: check the free space and"
                            + " the permissions of the service account in {})",
                    file,
                    Failures.inWords(e),
                    file.getParent());
        }
    }
}
