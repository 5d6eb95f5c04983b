package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of public keys in OpenSSH's format, read again when it changes. A line that cannot be read, or that has
 * options such as {@code command=} or {@code from=} (they would promise a restriction that is not kept here), is
 * logged and skipped.
 */
final class AuthorizedKeys {
    static final long MAX_BYTES = 1 << 20;
    static final int MIN_RSA_BITS = 2048;

    private static final Logger LOG = LoggerFactory.getLogger(AuthorizedKeys.class);

    private record Version(FileTime modified, long size, Object key) {}

    private final Path file;
    private Version version = new Version(FileTime.fromMillis(-1), -1, "");
    private List<PublicKey> keys = List.of();

    AuthorizedKeys(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** The keys that stand in the file now; those of before while it cannot be read for the moment. */
    synchronized List<PublicKey> current() {
        try {
            reread();
        } catch (IOException e) {
            LOG.warn("cannot read {}: {}; the keys read before still count", file, e.toString());
        }
        return keys;
    }

    synchronized void reread() throws IOException {
        reread(false);
    }

    /**
     * Reads the file, changed or not.
     *
     * @return how many keys stand in it
     */
    synchronized int reload() throws IOException {
        reread(true);
        return keys.size();
    }

    private void reread(boolean anyway) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Version found =
                new Version(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        if (found.equals(version) && !anyway) {
            return;
        }
        if (found.size() > MAX_BYTES) {
            throw new IOException("larger than " + MAX_BYTES + " bytes");
        }
        keys = parse(Files.readString(file, StandardCharsets.UTF_8));
        version = found;
        LOG.info("{}: {} keys", file, keys.size());
    }

    /** One key a line; what cannot be read is logged and left out. */
    List<PublicKey> parse(String text) {
        return parse(text, (line, why) -> LOG.warn("{}: line {} is skipped: {}", file, line, why));
    }

    /** @param skipped hears of each line that counts for nothing: its number, and why */
    static List<PublicKey> parse(String text, BiConsumer<Integer, String> skipped) {
        List<PublicKey> parsed = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                AuthorizedKeyEntry entry = AuthorizedKeyEntry.parseAuthorizedKeyEntry(line);
                if (entry != null) {
                    parsed.add(key(entry));
                }
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                skipped.accept(number, String.valueOf(e.getMessage()));
            }
        }
        return List.copyOf(parsed);
    }

    private static PublicKey key(AuthorizedKeyEntry entry) throws IOException, GeneralSecurityException {
        if (!entry.getLoginOptions().isEmpty()) {
            throw new GeneralSecurityException("options before the key are not supported; use sftp.uploaders.from");
        }
        PublicKey key = entry.resolvePublicKey(null, PublicKeyEntryResolver.FAILING);
        if (KeyUtils.RSA_ALGORITHM.equals(key.getAlgorithm()) && KeyUtils.getKeySize(key) < MIN_RSA_BITS) {
            throw new GeneralSecurityException("RSA key shorter than " + MIN_RSA_BITS + " bits");
        }
        return key;
    }
}
