package mx.difusor.agent.alerting;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import mx.difusor.agent.disk.Failures;

/** A secret in a file of its own, read each time it is needed: a new one counts without a restart. */
record SecretFile(Path file) {

    static final int MAX_BYTES = 4_096;

    /**
     * Without the line's end that editors put there.
     *
     * @throws ChannelException also where other accounts can read it: the next start would refuse it, and that shows now
     */
    String read() throws ChannelException {
        try (InputStream in = Files.newInputStream(file)) {
            if (isOpenToOthers()) {
                throw new ChannelException(
                        "other accounts can read or change the secret " + file + "; run chmod o-rwx " + file,
                        true,
                        null);
            }
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            String secret = new String(bytes, StandardCharsets.UTF_8).replaceFirst("[\r\n]+$", "");
            if (secret.isEmpty() || bytes.length > MAX_BYTES) {
                throw new ChannelException(file + " is empty or longer than " + MAX_BYTES + " bytes", true, null);
            }
            return secret;
        } catch (IOException e) {
            throw new ChannelException("cannot read the secret: " + Failures.inWords(e), true, e);
        }
    }

    /** As the configuration is read; never where the file system knows no such permissions. */
    private boolean isOpenToOthers() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view != null
                && view.readAttributes().permissions().stream()
                        .anyMatch(one ->
                                one == PosixFilePermission.OTHERS_READ || one == PosixFilePermission.OTHERS_WRITE);
    }
}
