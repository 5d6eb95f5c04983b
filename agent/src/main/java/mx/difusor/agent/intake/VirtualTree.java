package mx.difusor.agent.intake;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one upload session sees: {@code /entrada} to write, and folders to read (contract, "SFTP, as the Institute
 * sees it"). Paths are lists of names from the root, normalized. No error names a path of this host.
 */
final class VirtualTree {
    static final String INBOX = "entrada";

    private static final Logger LOG = LoggerFactory.getLogger(VirtualTree.class);
    private static final FileTime BEGINNING = FileTime.fromMillis(0);

    private final Visit visit;
    private final Inbox inbox;
    private final Map<String, ReadOnlyFolder> folders;

    /** @param folders by their names in the root */
    VirtualTree(Visit visit, Inbox inbox, Map<String, ReadOnlyFolder> folders) {
        this.visit = visit;
        this.inbox = inbox;
        this.folders = Map.copyOf(folders);
    }

    Seen see(List<String> path) throws IOException {
        return veiled(path, () -> {
            if (path.isEmpty()) {
                return Seen.folder(BEGINNING, false);
            }
            if (isInbox(path)) {
                return path.size() == 1 ? Seen.folder(BEGINNING, true) : inbox.see(nameInInbox(path));
            }
            return readable(path).see(below(path));
        });
    }

    /** Names in a folder, read as they are asked for: a folder may be larger than the memory. To be closed. */
    Stream<String> list(List<String> path) throws IOException {
        boolean folder = see(path).folder();
        return veiled(path, () -> {
            if (!folder) {
                throw new NotDirectoryException(text(path));
            }
            if (path.isEmpty()) {
                return Stream.concat(Stream.of(INBOX), folders.keySet().stream())
                        .sorted();
            }
            return isInbox(path) ? inbox.names().stream() : readable(path).list(below(path));
        });
    }

    SeekableByteChannel openForReading(List<String> path) throws IOException {
        boolean folder = see(path).folder();
        return veiled(path, () -> {
            if (folder) {
                throw new Refused(Refused.Kind.FORBIDDEN, text(path) + " is a folder");
            }
            return isInbox(path)
                    ? inbox.openForReading(nameInInbox(path))
                    : Files.newByteChannel(readable(path).resolve(below(path)), StandardOpenOption.READ);
        });
    }

    /** @param announcedBytes the size that the client says the file will have, or -1 */
    UploadChannel openForWriting(List<String> path, Set<? extends OpenOption> options, long announcedBytes)
            throws IOException {
        return veiled(path, () -> inbox.openForWriting(visit, requireWritable(path), options, announcedBytes));
    }

    void setSize(List<String> path, long bytes) throws IOException {
        veiled(path, () -> {
            inbox.setSize(visit, requireWritable(path), bytes);
            return path;
        });
    }

    void setModified(List<String> path, FileTime modified) throws IOException {
        veiled(path, () -> {
            inbox.setModified(requireWritable(path), modified);
            return path;
        });
    }

    /** Nothing happens, but only where something could: clients set permissions after each upload. */
    void setPermissions(List<String> path) throws IOException {
        veiled(path, () -> inbox.see(requireWritable(path)));
    }

    void rename(List<String> from, List<String> to, boolean replace) throws IOException {
        veiled(from, () -> {
            inbox.rename(requireWritable(from), requireWritable(to), replace);
            return from;
        });
    }

    void remove(List<String> path) throws IOException {
        veiled(path, () -> {
            inbox.remove(requireWritable(path));
            return path;
        });
    }

    Refused noFolders() {
        return new Refused(Refused.Kind.FORBIDDEN, "no folders can be made; upload into /" + INBOX);
    }

    void close() {
        inbox.ended(visit);
    }

    private static boolean isInbox(List<String> path) {
        return path.get(0).equals(INBOX);
    }

    private static String nameInInbox(List<String> path) throws NoSuchFileException {
        if (path.size() != 2) {
            throw new NoSuchFileException(text(path));
        }
        return path.get(1);
    }

    private static String requireWritable(List<String> path) throws Refused {
        if (path.isEmpty() || !isInbox(path)) {
            throw new Refused(Refused.Kind.FORBIDDEN, text(path) + " is read only; upload into /" + INBOX);
        }
        if (path.size() != 2) {
            throw new Refused(Refused.Kind.FORBIDDEN, "/" + INBOX + " has no folders in it");
        }
        return path.get(1);
    }

    private ReadOnlyFolder readable(List<String> path) throws NoSuchFileException {
        ReadOnlyFolder folder = folders.get(path.get(0));
        if (folder == null) {
            throw new NoSuchFileException(text(path));
        }
        return folder;
    }

    private static List<String> below(List<String> path) {
        return path.subList(1, path.size());
    }

    private static String text(List<String> path) {
        return "/" + String.join("/", path);
    }

    private interface Access<T> {
        T get() throws IOException;
    }

    /** The same error without what it says about this host. */
    private <T> T veiled(List<String> path, Access<T> access) throws IOException {
        try {
            return access.get();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(text(path));
        } catch (FileAlreadyExistsException e) {
            throw new FileAlreadyExistsException(text(path));
        } catch (NotDirectoryException | DirectoryNotEmptyException e) {
            throw new NotDirectoryException(text(path));
        } catch (Refused e) {
            inbox.say(visit + " refused: " + Words.printable(e.getMessage()));
            throw e;
        } catch (InterruptedIOException | ClosedChannelException e) {
            throw e;
        } catch (InvalidPathException e) {
            throw new NoSuchFileException(text(path));
        } catch (IOException e) {
            LOG.warn("{}: cannot serve {}: {}", visit, Words.printable(text(path)), e.toString());
            throw new FileSystemException(text(path), null, "the difusor's disk failed");
        }
    }
}
