package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is durable below a folder, beside what the processes see there; see {@link UnreliableDisk} for the rules. */
final class Platters {

    sealed interface Node {}

    static final class Folder implements Node {
        private final Map<String, Node> now = new TreeMap<>();
        private final Map<String, Node> durable = new TreeMap<>();
    }

    /** A file's content, whatever its names; null before its first sync. */
    static final class Bytes implements Node {
        private byte @Nullable [] durable;
        private Instant durableTime = Instant.EPOCH;
    }

    record Link(Path target) implements Node {}

    /** One name of one folder: from then on it stands for that node, or for nothing. */
    private record Change(
            Folder folder, String name, @Nullable Node after) {}

    private final Path root;
    private Folder top = new Folder();

    /** Changes that no sync has made durable, in their order; those of one inner list stand or fall together. */
    private final List<List<Change>> pending = new ArrayList<>();

    Platters(Path root) {
        this.root = root;
    }

    String relative(Path path) {
        return path.startsWith(root) ? root.relativize(path).toString() : path.toString();
    }

    void made(Path path, Node node) {
        change(List.of(new Change(parent(path), name(path), node)));
    }

    void removed(Path path) {
        change(List.of(new Change(parent(path), name(path), null)));
    }

    void moved(Path from, Path to) {
        Node node = node(from);
        change(List.of(new Change(parent(from), name(from), null), new Change(parent(to), name(to), node)));
    }

    private void change(List<Change> changes) {
        changes.forEach(change -> apply(change, change.folder().now));
        pending.add(new ArrayList<>(changes));
    }

    private static void apply(Change change, Map<String, Node> names) {
        Node after = change.after();
        if (after == null) {
            names.remove(change.name());
        } else {
            names.put(change.name(), after);
        }
    }

    void synced(Path folder) {
        Folder synced = folder.equals(root) ? top : (Folder) node(folder);
        for (List<Change> together : pending) {
            together.removeIf(change -> {
                boolean here = change.folder() == synced;
                if (here) {
                    apply(change, synced.durable);
                }
                return here;
            });
        }
        pending.removeIf(List::isEmpty);
    }

    void synced(Bytes bytes) throws IOException {
        bytes.durable = content(bytes);
        bytes.durableTime = time(bytes);
    }

    private byte[] content(Bytes bytes) throws IOException {
        Path path = anyPath(bytes);
        return path == null ? new byte[0] : Files.readAllBytes(path);
    }

    private Instant time(Bytes bytes) throws IOException {
        Path path = anyPath(bytes);
        return path == null ? Instant.EPOCH : Files.getLastModifiedTime(path).toInstant();
    }

    private @Nullable Path anyPath(Bytes bytes) {
        return find(top, root, bytes);
    }

    private static @Nullable Path find(Folder folder, Path path, Bytes wanted) {
        for (Map.Entry<String, Node> entry : folder.now.entrySet()) {
            Path here = path.resolve(entry.getKey());
            if (entry.getValue() == wanted) {
                return here;
            }
            Path below = entry.getValue() instanceof Folder inner ? find(inner, here, wanted) : null;
            if (below != null) {
                return below;
            }
        }
        return null;
    }

    Bytes bytes(Path file) throws IOException {
        Node node = parent(file).now.get(name(file));
        if (!(node instanceof Bytes bytes)) {
            throw new IOException("not made through this disk: " + file);
        }
        return bytes;
    }

    private Folder parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null || parent.equals(root) ? top : (Folder) node(parent);
    }

    private Node node(Path path) {
        Node node = top;
        for (Path name : root.relativize(path)) {
            Node next = node instanceof Folder folder ? folder.now.get(name.toString()) : null;
            if (next == null) {
                throw new IllegalStateException("not made through this disk: " + path);
            }
            node = next;
        }
        return node;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    void cut(Loss loss, Random random) throws IOException {
        keepSome(loss, random);
        Map<Bytes, byte[]> contents = new HashMap<>();
        Folder survivor = survive(top, random, contents);
        for (String name : top.now.keySet()) {
            wipe(root.resolve(name));
        }
        for (String name : leftovers()) {
            wipe(root.resolve(name));
        }
        top = survivor;
        pending.clear();
        write(top, root, contents, new HashMap<>());
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            return all.map(Platters::name)
                    .filter(name -> !name.startsWith("index."))
                    .toList();
        }
    }

    private void keepSome(Loss loss, Random random) {
        int kept = loss == Loss.LATER ? random.nextInt(pending.size() + 1) : 0;
        for (int i = 0; i < pending.size(); i++) {
            if (loss == Loss.SOME ? random.nextBoolean() : i < kept) {
                pending.get(i).forEach(change -> apply(change, change.folder().durable));
            }
        }
    }

    private Folder survive(Folder folder, Random random, Map<Bytes, byte[]> contents) throws IOException {
        Folder survivor = new Folder();
        for (Map.Entry<String, Node> entry : folder.durable.entrySet()) {
            Node node = entry.getValue();
            if (node instanceof Folder inner) {
                node = survive(inner, random, contents);
            } else if (node instanceof Bytes bytes && !contents.containsKey(bytes)) {
                contents.put(bytes, survive(bytes, random));
            }
            survivor.now.put(entry.getKey(), node);
            survivor.durable.put(entry.getKey(), node);
        }
        return survivor;
    }

    /** What was synced, and of what was written since a part or zeros. */
    private byte[] survive(Bytes bytes, Random random) throws IOException {
        byte[] durable = bytes.durable == null ? new byte[0] : bytes.durable;
        byte[] now = content(bytes);
        if (now.length <= durable.length) {
            return durable;
        }
        byte[] survives = Arrays.copyOf(now, durable.length + random.nextInt(now.length - durable.length + 1));
        if (random.nextBoolean()) {
            Arrays.fill(survives, durable.length, survives.length, (byte) 0);
        }
        return survives;
    }

    private static void wipe(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void write(Folder folder, Path path, Map<Bytes, byte[]> contents, Map<Bytes, Path> written)
            throws IOException {
        for (Map.Entry<String, Node> entry : folder.now.entrySet()) {
            Path here = path.resolve(entry.getKey());
            Node node = entry.getValue();
            if (node instanceof Folder inner) {
                Files.createDirectory(here);
                write(inner, here, contents, written);
            } else if (node instanceof Link link) {
                Files.createSymbolicLink(here, link.target());
            } else if (node instanceof Bytes bytes) {
                Path same = written.putIfAbsent(bytes, here);
                if (same != null) {
                    Files.createLink(here, same);
                    continue;
                }
                byte[] content = contents.get(bytes);
                Files.write(here, content == null ? new byte[0] : content);
                Files.setLastModifiedTime(here, FileTime.from(bytes.durableTime));
                bytes.durable = content;
            }
        }
    }
}
