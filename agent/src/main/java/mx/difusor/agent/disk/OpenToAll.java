package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * Whether accounts that this host knows nothing else of, a web server's above all, get through to a folder and may read
 * there: by the permissions for "others". Access lists and group memberships may allow more than is seen here.
 */
public final class OpenToAll {

    private OpenToAll() {}

    /**
     * The first folder, from the root of the file system downwards, that others cannot pass through, or the folder itself
     * where they cannot read it. Links on the way are followed, as a web server does. Empty too where the file system has
     * no such permissions.
     *
     * @throws IOException where {@code folder} leads nowhere
     */
    public static Optional<Path> closed(Path folder) throws IOException {
        Optional<Path> onTheWay = closedAbove(folder.toAbsolutePath().normalize());
        if (onTheWay.isPresent()) {
            return onTheWay;
        }
        Path real = folder.toRealPath();
        return closedAbove(real).or(() -> readable(real) ? Optional.empty() : Optional.of(real));
    }

    /** Of the folders above, real or reached by links. */
    private static Optional<Path> closedAbove(Path path) throws IOException {
        Path above = path.getParent();
        if (above == null) {
            return Optional.empty();
        }
        Optional<Path> higher = closedAbove(above);
        if (higher.isPresent()) {
            return higher;
        }
        Path real = above.toRealPath();
        if (!real.equals(above)) {
            Optional<Path> behind = closedAbove(real);
            if (behind.isPresent()) {
                return behind;
            }
        }
        return has(real, PosixFilePermission.OTHERS_EXECUTE) ? Optional.empty() : Optional.of(real);
    }

    private static boolean readable(Path folder) {
        try {
            return has(folder, PosixFilePermission.OTHERS_EXECUTE) && has(folder, PosixFilePermission.OTHERS_READ);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean has(Path path, PosixFilePermission permission) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return true;
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        return permissions.contains(permission);
    }
}
