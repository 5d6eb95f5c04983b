package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import mx.difusor.agent.model.FoldedPath;

/**
 * Reads what {@code archive export} wrote, or what claims to be that: a folder, or a plain tar, of regular files at
 * most {@link #MAX_DEPTH} names deep. Links, devices, odd names and twins are refused before anything of them is read.
 */
public final class ExportReader {

    /** Files of one export; beyond it {@code archive export} refuses to write one. */
    public static final int MAX_FILES = 200_000;

    /** All files together: fifty archives of the usual budget. */
    static final long MAX_BYTES = 1L << 40;

    /** {@code <event>/<sequence>/<file>}. */
    static final int MAX_DEPTH = 3;

    /** An upload's name has at most 200, a signature's ending comes on top. */
    static final int MAX_NAME_BYTES = 208;

    /** For reading a whole export: a full archive of 20 GB at a tired disk's 1 MB/s. */
    static final Duration MAX_TIME = Duration.ofHours(6);

    private static final String FORBIDDEN = "\\:*?\"<>|";

    /** Sees each file once; reads its content or leaves it. */
    @FunctionalInterface
    public interface Visitor {
        void file(String path, InputStream content) throws IOException;
    }

    /** What a decoder found wrong, through an interface that knows only I/O. */
    private static final class BadTar extends IOException {
        private final UnreadablePackageException found;

        BadTar(UnreadablePackageException found) {
            super(found);
            this.found = found;
        }
    }

    private final PackageLimits limits;
    private final Visitor visitor;
    private final Set<String> seen = new HashSet<>();

    private ExportReader(PackageLimits limits, Visitor visitor) {
        this.limits = limits;
        this.visitor = visitor;
    }

    /** By its name's end, in any case. */
    public static boolean isTar(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".tar");
    }

    /**
     * In a folder in order of path, in a tar in the tar's order.
     *
     * @throws UnreadablePackageException for what no export holds; the visitor may have seen files before
     * @throws IOException when this machine or the visitor fails
     */
    public static void read(Path export, Visitor visitor) throws UnreadablePackageException, IOException {
        read(
                export,
                visitor,
                PackageLimits.defaults().withMaxUnpackedBytes(MAX_BYTES).withMaxEntries(MAX_FILES));
    }

    static void read(Path export, Visitor visitor, PackageLimits limits)
            throws UnreadablePackageException, IOException {
        boolean tar = isTar(export) && !Files.isDirectory(export);
        new Confinement(MAX_TIME).run(turn -> {
            ExportReader reader = new ExportReader(limits, visitor);
            try {
                if (tar) {
                    new ArchiveWalk(limits, turn).walk(export, "export.tar", reader.inTar());
                } else {
                    reader.readFolder(export);
                }
            } catch (BadTar e) {
                throw e.found;
            }
            return export;
        });
    }

    private ArchiveVisitor inTar() {
        return new ArchiveVisitor() {
            @Override
            public void folder(String path) throws UnreadablePackageException {
                expectSafe(path);
            }

            @Override
            public Reception file(String path) {
                return content -> take(path, new TarStream(content));
            }
        };
    }

    private void readFolder(Path export) throws UnreadablePackageException, IOException {
        TreeMap<String, Path> files = new TreeMap<>();
        try {
            Files.walkFileTree(export, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String path = export.relativize(file)
                            .toString()
                            .replace(file.getFileSystem().getSeparator(), "/");
                    if (!attributes.isRegularFile()) {
                        throw new BadTar(UnreadablePackageException.forbidden(
                                "neither a file nor a folder: an export holds no links or devices",
                                PackagePath.printable(path)));
                    }
                    files.put(path, file);
                    if (files.size() > limits.maxEntries()) {
                        throw new BadTar(UnreadablePackageException.bomb(
                                "the export has more than " + limits.maxEntries() + " files"));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (BadTar e) {
            throw e.found;
        }
        for (var file : files.entrySet()) {
            try (InputStream content = Files.newInputStream(file.getValue(), LinkOption.NOFOLLOW_LINKS)) {
                take(file.getKey(), content);
            }
        }
    }

    private void take(String path, InputStream content) throws UnreadablePackageException, IOException {
        expectSafe(path);
        if (!seen.add(FoldedPath.of(path))) {
            throw UnreadablePackageException.unsafe(
                    "the export has the path twice, or another that differs only in case or form",
                    PackagePath.printable(path));
        }
        visitor.file(path, content);
    }

    /** Less strict than a package's paths: names are those of uploads, which were judged when they came. */
    private static void expectSafe(String path) throws UnreadablePackageException {
        String[] names = path.split("/", -1);
        boolean safe = names.length <= MAX_DEPTH;
        for (String name : names) {
            safe = safe
                    && !name.isEmpty()
                    && !name.endsWith(".")
                    && !name.endsWith(" ")
                    && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
                    && name.chars().noneMatch(c -> Character.isISOControl(c) || FORBIDDEN.indexOf(c) >= 0);
        }
        if (!safe) {
            throw UnreadablePackageException.unsafe(
                    "no export has such a path: files stand at its top or in EVENT/SEQUENCE/",
                    PackagePath.printable(path));
        }
    }

    /** One file of a tar as a stream; closing it does nothing. */
    private static final class TarStream extends InputStream {
        private final ArchiveVisitor.Content content;

        TarStream(ArchiveVisitor.Content content) {
            this.content = content;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            byte[] into = new byte[length];
            try {
                int count = content.read(into);
                System.arraycopy(into, 0, buffer, offset, Math.max(count, 0));
                return count;
            } catch (UnreadablePackageException e) {
                throw new BadTar(e);
            }
        }
    }
}
