package mx.difusor.agent.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/**
 * {@code .gz} twins beside large text files, for web servers that serve them ready (contract,
 * {@code publish.precompress}). Made after a switch, so that no cut waits for them; not part of the tree. A twin has the
 * time of its file, and the same bytes on every host.
 */
final class Precompression {

    static final String SUFFIX = ".gz";

    /** Below this a response fits a packet or two, compressed or not. */
    static final long LARGE_BYTES = 1_024;

    private static final Set<String> TEXT =
            Set.of("html", "htm", "css", "js", "mjs", "json", "csv", "txt", "svg", "xml", "webmanifest");

    private final Disk disk;

    Precompression(Disk disk) {
        this.disk = disk;
    }

    /** The file whose twin it is; null where it is none, or of the tree itself. */
    static @Nullable TreeFile twinned(String path, Tree tree) {
        return path.endsWith(SUFFIX) && tree.get(path) == null
                ? tree.get(path.substring(0, path.length() - SUFFIX.length()))
                : null;
    }

    /** What a twin holds, for people. */
    static String words(String twin) {
        return "the bytes of " + twin.substring(0, twin.length() - SUFFIX.length()) + ", compressed";
    }

    private static boolean deservesOne(TreeFile file) {
        int dot = file.path().lastIndexOf('.');
        String extension = file.path().substring(dot + 1).toLowerCase(Locale.ROOT);
        return file.size() >= LARGE_BYTES && TEXT.contains(extension);
    }

    /** Each twin appears whole or not at all; those of unchanged files are linked from the release before. */
    void addTwins(Release release, @Nullable Release before) throws IOException {
        for (TreeFile file : release.tree().files()) {
            Path twin = twin(release, file);
            if (!deservesOne(file) || Files.exists(twin)) {
                continue; // the tree's own, or made before a restart
            }
            if (before != null && before.has(file) && Files.isRegularFile(twin(before, file))) {
                disk.linkOrCopy(twin(before, file), twin, Disk.Access.PUBLIC);
            } else {
                compress(release.folder().resolve(file.path()), twin, file);
            }
        }
    }

    private static Path twin(Release release, TreeFile of) {
        return release.folder().resolve(of.path() + SUFFIX);
    }

    private void compress(Path file, Path twin, TreeFile of) throws IOException {
        Path beside = Unfinished.beside(twin);
        try {
            try (InputStream content = Files.newInputStream(file);
                    OutputStream out = new GZIPOutputStream(
                            Channels.newOutputStream(disk.createFile(beside, Disk.Access.PUBLIC)))) {
                content.transferTo(out);
            }
            disk.setModified(beside, of.modified());
            // Its name may outlive a power cut without being synced; an empty twin would be an empty page.
            disk.sync(beside);
            disk.moveAtomically(beside, twin);
        } finally {
            disk.delete(beside);
        }
    }
}
