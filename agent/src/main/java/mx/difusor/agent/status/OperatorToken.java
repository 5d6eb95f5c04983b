package mx.difusor.agent.status;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/**
 * The token of the operator's commands: 64 hex digits in a file that only the service account can read, made anew
 * by the agent at each start. Whoever can read it may publish.
 */
final class OperatorToken {

    private static final int MOST_BYTES = 4_096;
    private static final int HEX_DIGITS = 64;
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    private final Path file;

    OperatorToken(Path file) {
        this.file = file;
    }

    /**
     * Reads the file each time, so that a token made anew counts at once. Takes the same time wherever the two differ.
     *
     * @throws MachineException {@code operator-token-failed}; says nothing about the file's content
     */
    boolean is(String shown) throws MachineException {
        return MessageDigest.isEqual(sha256(shown), sha256(read()));
    }

    private String read() throws MachineException {
        if (othersMayOpen()) {
            throw failed("can be opened by other accounts", null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            String token = new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII).strip();
            if (token.length() != HEX_DIGITS) {
                throw failed("is not 64 hex digits", null);
            }
            return token;
        } catch (IOException e) {
            throw failed("cannot be read", e);
        }
    }

    /** Like sshd with its keys: what others could have read is not trusted. Without POSIX permissions, no. */
    private boolean othersMayOpen() throws MachineException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        try {
            return view != null && !OWNERS.containsAll(view.readAttributes().permissions());
        } catch (IOException e) {
            throw failed("cannot be read", e);
        }
    }

    private static MachineException failed(String how, @Nullable IOException cause) {
        return new MachineException(
                "operator-token-failed",
                "the operator's token keys/operator.token " + how,
                "restart the agent, which makes a new one",
                cause);
    }

    private static byte[] sha256(String text) {
        return Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
