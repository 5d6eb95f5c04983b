package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.file.util.BasePath;
import org.jspecify.annotations.Nullable;

/** A path in a {@link MountedFileSystem}. */
final class MountedPath extends BasePath<MountedPath, MountedFileSystem> {

    MountedPath(MountedFileSystem fileSystem, @Nullable String root, List<String> names) {
        super(fileSystem, root, names);
    }

    /** From the root, without {@code .} and {@code ..}. */
    List<String> fromRoot() {
        return toAbsolutePath().normalize().names;
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        MountedPath path = toAbsolutePath().normalize();
        getFileSystem().tree().see(path.names);
        return path;
    }
}
