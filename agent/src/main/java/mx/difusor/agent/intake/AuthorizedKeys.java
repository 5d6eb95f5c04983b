package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.jspecify.annotations.Nullable;
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

    /** As it looks byte by byte. */
    private static final String UTF_8_MARK = "\u00EF\u00BB\u00BF";

    private static final Version NONE = new Version(FileTime.fromMillis(-1), -1, "");

    /** What anybody who tries a key provokes is said so often and no oftener. */
    static final Duration SAID_EVERY = Duration.ofMinutes(1);

    private final Path file;
    private final Consumer<String> warnings;
    private final LongSupplier nanoTime;
    private Version version = NONE;
    private List<PublicKey> keys = List.of();
    private boolean gone;
    private @Nullable Long saidAt;

    AuthorizedKeys(Path file) {
        this(file, LOG::warn, System::nanoTime);
    }

    AuthorizedKeys(Path file, Consumer<String> warnings, LongSupplier nanoTime) {
        this.file = file;
        this.warnings = warnings;
        this.nanoTime = nanoTime;
    }

    Path file() {
        return file;
    }

    /** The keys that stand in the file now: none where it is gone, those of before while it cannot be read otherwise. */
    synchronized List<PublicKey> current() {
        try {
            reread();
        } catch (NoSuchFileException e) {
            LOG.debug("{} is gone", file); // said when it went
        } catch (IOException e) {
            long now = nanoTime.getAsLong();
            if (saidAt == null || now - saidAt >= SAID_EVERY.toNanos()) {
                saidAt = now;
                warnings.accept("cannot read " + file + ": " + e + "; the keys read before still count");
            }
        }
        return keys;
    }

    private void forget() {
        keys = List.of();
        version = NONE;
        if (!gone) {
            gone = true;
            warnings.accept(
                    file + " is gone: none of its keys lets anybody in any more; sessions that are open go on"
                            + " until they end or the agent is restarted, and for a start the file has to be there, be it empty");
        }
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
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            forget();
            throw e;
        }
        gone = false;
        Version found =
                new Version(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        if (found.equals(version) && !anyway) {
            return;
        }
        if (found.size() > MAX_BYTES) {
            throw new IOException("larger than " + MAX_BYTES + " bytes");
        }
        keys = parse(text(file));
        version = found;
        LOG.info("{}: {} keys", file, keys.size());
    }

    /**
     * Whatever its editor made of the comments: keys are ASCII, and no accent behind one may keep it out, or one that was
     * removed in. UTF-16, which Windows writes too, is known by its mark; that of UTF-8 is left out.
     */
    static String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u00FE\u00FF") || text.startsWith("\u00FF\u00FE")) {
            return new String(bytes, StandardCharsets.UTF_16);
        }
        return text.startsWith(UTF_8_MARK) ? text.substring(UTF_8_MARK.length()) : text;
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
