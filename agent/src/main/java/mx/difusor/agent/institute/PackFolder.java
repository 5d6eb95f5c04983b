package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.FoldedPath;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;

/** The files below a folder as a package names them, sorted by the UTF-8 bytes of their paths. */
final class PackFolder {

    /** More files than any published site has; a folder with more was given by mistake. */
    static final int MAX_FILES = 100_000;

    /** Depth of folders, the same reason. */
    static final int MAX_DEPTH = 64;

    private static final Comparator<String> BY_UTF8_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    /** A file on disk and what the manifest says of it. */
    record Member(Path file, ManifestFile listed) {}

    private PackFolder() {}

    /** @throws MachineException naming the first file that cannot be packed, and the cure */
    static List<Member> read(Path folder) throws MachineException {
        try (Stream<Path> walk = Files.walk(folder, MAX_DEPTH)) {
            List<Path> found = walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .limit(MAX_FILES + 1L)
                    .toList();
            if (found.isEmpty()) {
                throw refused(folder + " holds no file", "give the folder whose files are to be published");
            }
            if (found.size() > MAX_FILES) {
                throw refused(folder + " holds more than " + MAX_FILES + " files", "pack a smaller folder");
            }
            return members(folder, found);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new MachineException(
                    "pack-failed",
                    "cannot read " + folder + ": " + e.getMessage(),
                    "make the folder and its files readable",
                    e);
        }
    }

    private static List<Member> members(Path folder, List<Path> found) throws IOException, MachineException {
        Map<String, String> pathOfKey = new HashMap<>();
        List<Member> members = new ArrayList<>();
        for (Path file : found) {
            String path = PackagePath.normal(folder.relativize(file)
                    .toString()
                    .replace(file.getFileSystem().getSeparator(), "/"));
            check(path, file);
            String other = pathOfKey.put(FoldedPath.of(path), path);
            if (other != null) {
                throw refused(
                        "cannot pack " + path + ": it differs from " + other + " in nothing but case or form",
                        "rename one of them");
            }
            members.add(new Member(file, listed(path, file)));
        }
        members.sort(
                (a, b) -> BY_UTF8_BYTES.compare(a.listed().path(), b.listed().path()));
        return members;
    }

    private static void check(String path, Path file) throws MachineException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("cannot pack " + path + ": not a regular file", "put a copy in place of the link");
        }
        if (path.equalsIgnoreCase(Manifest.NAME)) {
            throw refused(
                    "cannot pack " + path + ": the package's own manifest takes this name",
                    "rename the file, or leave it out if it is the manifest of an earlier package");
        }
        String objection = PackagePath.objection(path);
        if (objection != null) {
            throw refused("cannot pack " + path + ": " + objection, "rename the file or leave it out");
        }
    }

    private static ManifestFile listed(String path, Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            long size = in.transferTo(java.io.OutputStream.nullOutputStream());
            return new ManifestFile(path, size, Digest.of(sha256.digest()));
        }
    }

    static MachineException refused(String message, String cure) {
        return new MachineException("pack-refused", message, cure, null);
    }
}
