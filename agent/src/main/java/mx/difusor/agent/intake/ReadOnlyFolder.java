package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of this host that uploaders may read. Below its root no link is followed or shown, nor anything whose name
 * begins with a dot. The root itself may be a link; where it points is asked at each access.
 */
final class ReadOnlyFolder {
    private final Path root;

    ReadOnlyFolder(Path root) {
        this.root = root;
    }

    /** @param names below the root; empty for the root, which is an empty folder while it does not exist */
    Seen see(List<String> names) throws IOException {
        if (names.isEmpty()) {
            FileTime modified = Files.isDirectory(root) ? Files.getLastModifiedTime(root) : FileTime.fromMillis(0);
            return Seen.folder(modified, false);
        }
        BasicFileAttributes attributes = attributes(resolve(names));
        return attributes.isDirectory()
                ? Seen.folder(attributes.lastModifiedTime(), false)
                : Seen.file(attributes.size(), attributes.lastModifiedTime(), false);
    }

    /** In no order, and none of it before it is asked for; to be closed. */
    @SuppressWarnings("StreamResourceLeak") // whoever lists it closes it
    Stream<String> list(List<String> names) throws IOException {
        if (names.isEmpty() && !Files.isDirectory(root)) {
            return Stream.empty();
        }
        return Files.list(resolve(names))
                .filter(entry -> !entry.getFileName().toString().startsWith(".") && isShown(entry))
                .map(entry -> entry.getFileName().toString());
    }

    /** Where it stands on this host. */
    Path resolve(List<String> names) throws IOException {
        Path path = root.toRealPath();
        for (String name : names) {
            if (name.startsWith(".") || name.chars().anyMatch(c -> c == '\\' || c == ':' || c < ' ')) {
                throw new NoSuchFileException(name);
            }
            path = path.resolve(name);
            if (!isShown(path)) {
                throw new NoSuchFileException(name);
            }
        }
        return path;
    }

    private static boolean isShown(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
