package mx.difusor.agent.publish.adopt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A web server's root and the names beside it. How far an adoption has come is seen in what stands there, so that nothing
 * has to be remembered for a crash.
 *
 * @param folder its name, its parents real
 * @param live the live link
 */
record Docroot(Path folder, Path live) {

    private static final String KEPT = ".before-difusor";
    private static final String LINK = ".difusor-link";

    /** What stands at the two names. */
    enum Standing {
        /** The real folder, and nothing of ours. */
        OLD,
        /** The real folder, and under the other name a link to the live root: about to be exchanged, or just given back. */
        PREPARED,
        /** A link to the live root, and the real folder kept. */
        ADOPTED,
        /** Nothing, and the real folder kept: an adoption with a gap was interrupted in its gap. */
        GAP,
        /** A link to the live root, but no folder is kept. */
        KEPT_MISSING,
        /** The real folder, and something else under the other name. */
        KEPT_OCCUPIED,
        /** A link to somewhere else. */
        LINK_ELSEWHERE,
        /** A file. */
        NOT_A_FOLDER,
        /** Nothing at all. */
        NOT_THERE
    }

    /** @throws IOException where the folder that it lies in cannot be found */
    static Docroot of(Path given, Path live) throws IOException {
        Path absolute = given.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null) {
            return new Docroot(absolute, live);
        }
        return new Docroot(parent.toRealPath().resolve(name), live);
    }

    /** Where the folder that was there is kept: beside, on the same file system. */
    Path kept() {
        return sibling(KEPT);
    }

    /** The link, before it takes its place. */
    Path link() {
        return sibling(LINK);
    }

    Path parent() {
        return Objects.requireNonNullElse(folder.getParent(), folder);
    }

    private Path sibling(String suffix) {
        return folder.resolveSibling(folder.getFileName() + suffix);
    }

    Standing standing() throws IOException {
        if (folder.getFileName() == null) {
            return Standing.NOT_A_FOLDER;
        }
        boolean keptFolder = Files.isDirectory(kept(), LinkOption.NOFOLLOW_LINKS);
        if (Files.isSymbolicLink(folder)) {
            if (!leadsToLive(folder)) {
                return Standing.LINK_ELSEWHERE;
            }
            return keptFolder ? Standing.ADOPTED : Standing.KEPT_MISSING;
        }
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return keptFolder ? Standing.GAP : Standing.NOT_THERE;
        }
        if (!Files.isDirectory(folder)) {
            return Standing.NOT_A_FOLDER;
        }
        if (Files.isSymbolicLink(kept()) && leadsToLive(kept())) {
            return Standing.PREPARED;
        }
        return Files.exists(kept(), LinkOption.NOFOLLOW_LINKS) ? Standing.KEPT_OCCUPIED : Standing.OLD;
    }

    /** To the live link itself: what that leads to changes with each cut. */
    private boolean leadsToLive(Path link) throws IOException {
        Path target = parent().resolve(Files.readSymbolicLink(link)).normalize();
        return target.equals(live.toAbsolutePath().normalize());
    }
}
