package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** Files with the certificates and keys that this host trusts. */
final class TrustFile {

    static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final String CODE = "trust-unreadable";

    private TrustFile() {}

    static byte[] read(Path file) throws MachineException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw bad(file, "is not there", "put it there, or correct its path in difusor.yaml", e);
        } catch (AccessDeniedException e) {
            throw bad(file, "may not be read", "give the service account read permission on it", e);
        } catch (IOException e) {
            throw bad(file, "cannot be read (" + e.getMessage() + ")", "put a readable file there", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw bad(file, "is larger than " + MAX_BYTES + " bytes", "keep only what is trusted in it", null);
        }
        return bytes;
    }

    /**
     * The DER of every PEM block of that label, or the file itself where it is not PEM.
     *
     * @param label what stands after {@code BEGIN}, a regular expression
     */
    static List<byte[]> derBlocks(Path file, String label) throws MachineException {
        byte[] bytes = read(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains("-----BEGIN ")) {
            return List.of(bytes);
        }
        List<byte[]> blocks = new ArrayList<>();
        Matcher block = Pattern.compile("-----BEGIN (" + label + ")-----([^-]*)-----END \\1-----")
                .matcher(text);
        try {
            while (block.find()) {
                blocks.add(Base64.getMimeDecoder().decode(block.group(2)));
            }
        } catch (IllegalArgumentException e) {
            throw bad(file, "holds a damaged PEM block", "put it there again, whole", e);
        }
        if (blocks.size() < beginnings(text, label)) {
            throw cut(file);
        }
        return blocks;
    }

    /** How many PEM blocks of that label begin there, a regular expression; one without its end is half a file. */
    static long beginnings(String text, String label) {
        return Pattern.compile("-----BEGIN (" + label + ")-----")
                .matcher(text)
                .results()
                .count();
    }

    static MachineException cut(Path file) {
        return bad(file, "holds a PEM block without its end", "put it there again, whole", null);
    }

    static MachineException bad(Path file, String what, String cure, @Nullable Throwable cause) {
        return new MachineException(CODE, "the trust file " + file + " " + what, cure, cause);
    }

    static MachineException badSetting(String what, String cure) {
        return new MachineException(CODE, what, cure, null);
    }
}
