package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.disk.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stood in a package's place and did not count, because it could not be read: {@code .displaced-<sequence>-…} beside
 * it, kept for people to look at. Until something stands in its place it may be all that tells of the package.
 */
final class Displaced {

    static final String NAME = ".displaced-";

    private static final Pattern FORM = Pattern.compile(Pattern.quote(NAME) + "(.+)-[0-9a-f-]{36}");

    private static final Logger LOG = LoggerFactory.getLogger(Displaced.class);

    private Displaced() {}

    /** @return where it is now; null where nothing stood there */
    static @Nullable Path move(Path folder, Disk disk) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        Path aside = folder.resolveSibling(NAME + folder.getFileName() + "-" + UUID.randomUUID());
        LOG.warn("{} did not count as a package; it is moved to {}", folder, aside);
        disk.moveAtomically(folder, aside);
        return aside;
    }

    /** Where it stood; empty for what is no name of ours. */
    static Optional<Path> place(Path displaced) {
        String name = displaced.getFileName().toString();
        if (!name.startsWith(NAME)) { // of a million names none may be
            return Optional.empty();
        }
        Matcher form = FORM.matcher(name);
        return form.matches() ? Optional.of(displaced.resolveSibling(form.group(1))) : Optional.empty();
    }

    /** What should have taken its place has not come. */
    static void putBack(Path aside, Path folder, Disk disk) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            LOG.warn("{} is moved back to {}", aside, folder);
            disk.moveAtomically(aside, folder);
        }
    }
}
