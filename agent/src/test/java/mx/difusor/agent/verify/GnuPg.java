package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Keys and signatures of {@code gpg}, in a home of its own. */
final class GnuPg implements AutoCloseable {

    /** Short: the agent's socket lies in it, and paths of sockets are. */
    final Path home;

    private final StockTool gpg;

    GnuPg() {
        try {
            home = Files.createTempDirectory(
                    "gpg", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        gpg = StockTool.of("gpg", home, Map.of("GNUPGHOME", home.toString(), "LC_ALL", "C"));
    }

    String gpg(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "", "--quiet"));
        all.addAll(List.of(arguments));
        return gpg.run(all);
    }

    /** Answers what gpg asks, a line each. */
    void answer(List<String> answers, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--no-tty", "--yes", "--pinentry-mode", "loopback", "--passphrase", "", "--command-fd", "0"));
        all.addAll(List.of(arguments));
        gpg.run(String.join("\n", answers) + "\n", all);
    }

    /** @return the new key's fingerprint in upper-case hex */
    String key(String userId, String algorithm, String usage, String expire, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--quick-gen-key", userId, algorithm, usage, expire));
        gpg(all.toArray(String[]::new));
        return fingerprints(userId).get(0);
    }

    /** @return the new subkey's fingerprint */
    String subkey(String primary, String algorithm, String usage, String expire, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--quick-add-key", primary, algorithm, usage, expire));
        gpg(all.toArray(String[]::new));
        List<String> known = fingerprints(primary);
        return known.get(known.size() - 1);
    }

    /** Of the primary key and its subkeys. */
    List<String> fingerprints(String key) {
        return gpg("--with-colons", "--list-keys", key)
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":", -1)[9])
                .toList();
    }

    /** @return a new file with these public keys */
    Path export(String... keys) {
        try {
            Path file = Files.createTempFile(home, "keys", ".gpg");
            List<String> all = new ArrayList<>(List.of("--output", file.toString(), "--export"));
            all.addAll(List.of(keys));
            gpg(all.toArray(String[]::new));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Signs as the contract says: armored for {@code .asc}. */
    void sign(Upload upload, String ending, String key, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        if (ending.equals(".asc")) {
            all.add("--armor");
        }
        all.addAll(List.of(
                "--local-user",
                key,
                "--output",
                upload.folder.resolve(Upload.NAME + ending).toString(),
                "--detach-sign",
                upload.archive().toString()));
        gpg(all.toArray(String[]::new));
    }

    /** Ends the agent that gpg started for this home. */
    @Override
    public void close() {
        StockTool.of("gpgconf", home, Map.of("GNUPGHOME", home.toString())).run("--kill", "all");
        try (var files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("could not clean up " + home + ": " + e);
        }
    }
}
