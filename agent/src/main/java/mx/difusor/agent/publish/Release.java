package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;

/** A release and what was put there. */
public record Release(Path folder, Tree tree) {

    /** Equal bytes were put there, and by size and time they still are, with the time that is wanted. */
    boolean has(TreeFile file) throws IOException {
        TreeFile mine = tree.get(file.path());
        return mine != null && mine.sha256().equals(file.sha256()) && looksLike(folder.resolve(file.path()), file);
    }

    /** Whether a release of this tree would share a file with it. */
    boolean sharesWith(Tree other) throws IOException {
        for (TreeFile file : other.files()) {
            if (has(file)) {
                return true;
            }
        }
        return false;
    }

    /** Size and time, not bytes: what a web server compares too. */
    static boolean looksLike(Path path, TreeFile file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    && attributes.size() == file.size()
                    && attributes.lastModifiedTime().toInstant().equals(file.modified());
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
