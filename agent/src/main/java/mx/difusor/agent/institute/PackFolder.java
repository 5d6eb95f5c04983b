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
import java.util.Optional;
import java.util.stream.Stream;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.FoldedPath;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.PathRule;
import org.jspecify.annotations.Nullable;

/** The files below a folder as a package names them, sorted by the UTF-8 bytes of their paths. */
final class PackFolder {

    private static final int MAX_FILES = PathRule.MAX_ENTRIES - 1;

    private static final Comparator<String> BY_UTF8_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    /** A file on disk and what the manifest says of it. */
    record Member(Path file, ManifestFile listed) {}

    private PackFolder() {}

    /** @throws MachineException naming the first file that cannot be packed, and the cure */
    static List<Member> read(Path folder, Kind kind) throws MachineException {
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> found = walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .limit(MAX_FILES + 1L)
                    .toList();
            if (found.isEmpty()) {
                throw refused(folder + " holds no file", "give the folder whose files are to be published");
            }
            if (found.size() > MAX_FILES) {
                throw tooMany(folder);
            }
            return members(folder, kind, found);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new MachineException(
                    "pack-failed",
                    "cannot read " + folder + ": " + e.getMessage(),
                    "make the folder and its files readable",
                    e);
        }
    }

    private static List<Member> members(Path folder, Kind kind, List<Path> found) throws IOException, MachineException {
        Map<String, String> pathOfKey = new HashMap<>();
        List<Member> members = new ArrayList<>();
        for (Path file : found) {
            String path = PackagePath.normal(folder.relativize(file)
                    .toString()
                    .replace(file.getFileSystem().getSeparator(), "/"));
            check(kind, path, file);
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                String parent = path.substring(0, slash);
                expectAlone(parent, pathOfKey.put(FoldedPath.of(parent), parent), true);
            }
            expectAlone(path, pathOfKey.put(FoldedPath.of(path), path), false);
            if (pathOfKey.size() > MAX_FILES) {
                throw tooMany(folder);
            }
            members.add(new Member(file, listed(path, file)));
        }
        members.sort(
                (a, b) -> BY_UTF8_BYTES.compare(a.listed().path(), b.listed().path()));
        return members;
    }

    /** A folder has many files in it; two files of one path had names in two forms. */
    private static void expectAlone(String path, @Nullable String other, boolean folder) throws MachineException {
        if (other != null && !(folder && other.equals(path))) {
            throw refused(
                    "cannot pack " + path + ": it differs from " + other + " in nothing but case or form",
                    "rename one of them");
        }
    }

    private static MachineException tooMany(Path folder) {
        return refused(
                folder + " holds more than " + MAX_FILES + " files and folders",
                "pack a smaller folder, or make several packages");
    }

    private static void check(Kind kind, String path, Path file) throws MachineException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("cannot pack " + path + ": not a regular file", "put a copy in place of the link");
        }
        if (FoldedPath.of(path).equals(Manifest.NAME)) {
            throw refused(
                    "cannot pack " + path + ": the package's own manifest takes this name",
                    "rename the file, or leave it out if it is the manifest of an earlier package");
        }
        Optional<String> objection = PackagePath.objection(kind, path);
        if (objection.isPresent()) {
            throw refused("cannot pack " + path + ": it " + objection.get(), "rename the file or leave it out");
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
