package mx.difusor.agent.publish;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;

/** The tree of a release as its files tell; only where the release's name proves that it is what was put there. */
final class StandingTree extends SimpleFileVisitor<Path> {

    /** Beyond any release of ours. */
    private static final int MOST_FILES = 1_000_000;

    private static final int MOST_DEPTH = 255;

    private final Path release;
    private final long sequence;
    private final List<TreeFile> files = new ArrayList<>();
    private boolean foreign;

    private StandingTree(Path release, long sequence) {
        this.release = release;
        this.sequence = sequence;
    }

    /**
     * Reads every byte.
     *
     * @throws IOException where that cannot be done now: then nobody knows what the release shows
     * @param label the beginning of its name
     * @param sequence of the newest package in it
     */
    static Optional<Tree> of(Path release, String label, long sequence) throws IOException {
        if (!release.getFileName().toString().startsWith(label + "-")) {
            return Optional.empty();
        }
        StandingTree standing = new StandingTree(release, sequence);
        Files.walkFileTree(release, Set.of(), MOST_DEPTH, standing);
        if (standing.foreign) {
            return Optional.empty();
        }
        Tree all = Tree.of(standing.files);
        Tree withoutTwins = Tree.of(
                standing.files.stream().filter(file -> !isTwin(file, all)).toList());
        return List.of(withoutTwins, all).stream()
                .filter(tree -> Releases.isNamed(release, Releases.name(label, tree)))
                .findFirst();
    }

    private static boolean isTwin(TreeFile file, Tree all) {
        String path = file.path();
        return path.endsWith(Precompression.SUFFIX)
                && all.get(path.substring(0, path.length() - Precompression.SUFFIX.length())) != null;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (!attributes.isRegularFile() || files.size() == MOST_FILES) {
            foreign = true; // nothing that the agent put there
            return FileVisitResult.TERMINATE;
        }
        MessageDigest sha256 = Digest.sha256();
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        files.add(new TreeFile(
                release.relativize(file).toString().replace('\\', '/'),
                attributes.size(),
                Digest.of(sha256.digest()),
                attributes.lastModifiedTime().toInstant(),
                sequence));
        return FileVisitResult.CONTINUE;
    }
}
