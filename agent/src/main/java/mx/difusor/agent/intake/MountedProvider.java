package mx.difusor.agent.intake;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes what MINA asks of a file system to the {@link VirtualTree} of the session; everything else is refused. */
final class MountedProvider extends FileSystemProvider {

    @Override
    public String getScheme() {
        return "difusor";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
            throws IOException {
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        return writes
                ? tree(path).openForWriting(names(path), options, -1)
                : tree(path).openForReading(names(path));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        Stream<String> names = tree(folder).list(names(folder));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return names.map(folder::resolve).iterator();
            }

            @Override
            public void close() {
                names.close();
            }
        };
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attrs) throws IOException {
        throw tree(dir).noFolders();
    }

    @Override
    public void delete(Path path) throws IOException {
        tree(path).remove(names(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        throw new Refused(Refused.Kind.FORBIDDEN, "copying is not served");
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        boolean replace = Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING);
        tree(source).rename(names(source), names(target), replace);
    }

    @Override
    public boolean isSameFile(Path path, Path other) {
        return path.getFileSystem() == other.getFileSystem() && names(path).equals(names(other));
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        Seen seen = tree(path).see(names(path));
        if (Arrays.asList(modes).contains(AccessMode.WRITE) && !seen.writable()) {
            throw new Refused(Refused.Kind.FORBIDDEN, path + " is read only");
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return type.isAssignableFrom(PosixFileAttributeView.class)
                ? type.cast(new MountedAttributes.View((MountedPath) path))
                : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (!MountedAttributes.isServed(type)) {
            throw new UnsupportedOperationException(type.getName());
        }
        return type.cast(new MountedAttributes(tree(path).see(names(path))));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return new MountedAttributes(tree(path).see(names(path))).byName(attributes.startsWith("posix:"));
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        if (attribute.endsWith("lastModifiedTime")) {
            tree(path).setModified(names(path), (FileTime) value);
        } else {
            tree(path).setPermissions(names(path));
        }
    }

    private static VirtualTree tree(Path path) {
        return ((MountedPath) path).getFileSystem().tree();
    }

    private static List<String> names(Path path) {
        return ((MountedPath) path).fromRoot();
    }
}
