package mx.difusor.agent.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Disk.Access;
import mx.difusor.agent.disk.Home;
import org.jspecify.annotations.Nullable;

/**
 * A home in the making (contract, "Home"). The configuration comes last: where it stands, the home is whole, and where
 * a crash came before, making it again goes on.
 */
final class NewHome {

    static final String CERTIFICATE = "trust/iee-root.pem";
    static final String UPLOAD_KEY = "keys/iee.pub";

    /** Largest certificate or key file that is copied, in bytes. */
    static final int MAX_KEY_BYTES = 1 << 20;

    private final Path home;
    private final Disk disk;
    private final Texts texts;

    NewHome(Path home, Disk disk, Texts texts) {
        this.home = home;
        this.disk = disk;
        this.texts = texts;
    }

    void mustBeNew() throws CommandFailure {
        if (has(ConfigOption.NAME)) {
            throw failure("msg.init-exists", home.resolve(ConfigOption.NAME));
        }
    }

    boolean has(String name) {
        return Files.exists(home.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** The Institute's certificate, read before anything is made. */
    byte[] certificate(Path file) throws CommandFailure {
        byte[] bytes = read(file, CERTIFICATE);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.contains("PRIVATE KEY-----")) {
            throw failure("msg.init-private", file);
        }
        if (!text.contains("-----BEGIN CERTIFICATE-----")) {
            throw failure("msg.init-no-certificate", file);
        }
        return bytes;
    }

    /** The Institute's public SSH keys, read before anything is made. */
    byte[] uploadKey(Path file) throws CommandFailure {
        byte[] bytes = read(file, UPLOAD_KEY);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.contains("PRIVATE KEY-----")) {
            throw failure("msg.init-private", file);
        }
        if (text.lines().noneMatch(NewHome::isPublicKey)) {
            throw failure("msg.init-no-key", file);
        }
        return bytes;
    }

    /** A line of OpenSSH's authorized_keys, options before the key included. */
    private static boolean isPublicKey(String line) {
        return !line.isBlank()
                && !line.startsWith("#")
                && (line.contains("ssh-") || line.contains("ecdsa-"))
                && line.contains(" AAAA");
    }

    private byte[] read(Path file, String as) throws CommandFailure {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_KEY_BYTES + 1);
        } catch (IOException e) {
            throw failure("msg.init-unreadable", file);
        }
        if (bytes.length > MAX_KEY_BYTES) {
            throw failure("msg.init-too-big", file, MAX_KEY_BYTES);
        }
        if (has(as) && !sameAs(home.resolve(as), bytes)) {
            throw failure("msg.init-exists", home.resolve(as));
        }
        return bytes;
    }

    private static boolean sameAs(Path file, byte[] bytes) {
        try {
            return Arrays.equals(Files.readAllBytes(file), bytes);
        } catch (IOException e) {
            return false;
        }
    }

    void makeFolders() throws IOException {
        new Home(home).prepare(disk);
    }

    /** @param content null where none was given */
    void put(String name, byte @Nullable [] content) throws IOException {
        if (content != null && !has(name)) {
            disk.replace(home.resolve(name), content, Access.PRIVATE);
        }
    }

    void putConfiguration() throws IOException {
        put(ConfigOption.NAME, configuration());
    }

    /** Commented in the language of who asks. */
    private byte[] configuration() throws IOException {
        String resource = texts.of("init.template");
        try (InputStream in = NewHome.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return in.readAllBytes();
        }
    }

    private CommandFailure failure(String key, Object... arguments) {
        return new CommandFailure(ExitCode.FAILED, texts.of(key, arguments), texts.of(key + ".cure", arguments));
    }
}
