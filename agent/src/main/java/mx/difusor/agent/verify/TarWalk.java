package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.TarHeader.BLOCK_BYTES;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Shows a tar's entries one after another. The blocks are walked here and not by the library's stream, which follows
 * crafted chains of headers by recursion, reads pax headers of any size and skips what it does not know.
 */
final class TarWalk {

    /** A path and some attributes. */
    private static final int MAX_DESCRIPTION_BYTES = 1 << 16;

    private static final int END_BLOCKS = 2;
    private static final int BUFFER_BYTES = 1 << 16;

    private static final String HARD_LINKS = "; tar --hard-dereference stores a file under each of its names";
    private static final String SYMBOLIC_LINKS = "; tar -h stores the files that symbolic links point at";

    /** How to do without a link of which it is not known yet which kind it is. */
    static final String LINKS = SYMBOLIC_LINKS + HARD_LINKS;

    private final DecodedBytes bytes;
    private final UnpackBudget budget;
    private @Nullable RawName nextName;
    private @Nullable Long nextSize;
    private boolean described;

    /** A header was read that something has to follow. */
    private boolean pending;

    TarWalk(DecodedBytes bytes, UnpackBudget budget) {
        this.bytes = bytes;
        this.budget = budget;
    }

    void walk(ArchiveVisitor visitor) throws UnreadablePackageException, IOException {
        byte[] block = new byte[BLOCK_BYTES];
        while (!visitor.done()) {
            readBlock(block);
            if (TarHeader.isZero(block, BLOCK_BYTES)) {
                expectOnlyZeros();
                return;
            }
            budget.header();
            step(TarHeader.parse(block), visitor);
        }
    }

    private void step(TarHeader header, ArchiveVisitor visitor) throws UnreadablePackageException, IOException {
        switch (header.type()) {
            case 'x' -> describe(PaxRecords.parse(description(header)));
            case 'g' -> {
                // Readers disagree about what a description that stands before this one is for.
                if (described) {
                    throw twice();
                }
                PaxRecords.expectOnlyComment(description(header));
                pending = true;
            }
            case 'L' -> {
                byte[] name = description(header);
                describe(new PaxRecords(TarHeader.terminated(name), null));
            }
            case '0', 0, '5' -> entry(header, visitor);
            default ->
                throw UnreadablePackageException.forbidden(
                        "neither a file nor a folder (type " + PackagePath.printable(String.valueOf(header.type()))
                                + "): packages hold no links, devices or sparse files" + cure(header.type()),
                        header.rawName().printable());
        }
    }

    private static String cure(char type) {
        return switch (type) {
            case '1' -> HARD_LINKS;
            case '2' -> SYMBOLIC_LINKS;
            case 'K' -> LINKS;
            default -> "";
        };
    }

    private void describe(PaxRecords records) throws UnreadablePackageException {
        if (described) {
            throw twice();
        }
        described = true;
        pending = true;
        nextName = records.path();
        nextSize = records.size();
    }

    private static UnreadablePackageException twice() {
        return UnreadablePackageException.corrupt("two headers describe one entry of the tar: make it again");
    }

    private void entry(TarHeader header, ArchiveVisitor visitor) throws UnreadablePackageException, IOException {
        budget.entry();
        String path = PackagePath.withoutDot((nextName == null ? header.rawName() : nextName).decoded());
        long size = nextSize == null ? header.size() : nextSize;
        if (header.size() != 0 && header.size() != size) {
            throw UnreadablePackageException.corrupt(
                    "two headers give different sizes: make the tar again", PackagePath.printable(path));
        }
        described = false;
        pending = false;
        nextName = null;
        nextSize = null;
        // Tars of the seventies have no type for folders, only the slash.
        boolean folder = header.type() == '5' || (header.type() == 0 && path.endsWith("/"));
        if (!folder) {
            TarContent content = new TarContent(size);
            ArchiveVisitor.Reception reception = visitor.file(path);
            if (reception != null) {
                reception.take(content);
            }
            content.finish();
            return;
        }
        if (size != 0) {
            throw UnreadablePackageException.corrupt(
                    "a folder with bytes of its own: make the tar again", PackagePath.printable(path));
        }
        if (path.equals("/")) {
            throw UnreadablePackageException.unsafe(
                    "the tar has an entry for the folder / itself: make it with tar -C FOLDER -c . or Python's"
                            + " arcname='.'",
                    path);
        }
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (!bare.isEmpty()) {
            visitor.folder(bare);
        }
    }

    private byte[] description(TarHeader header) throws UnreadablePackageException, IOException {
        if (header.size() > MAX_DESCRIPTION_BYTES) {
            throw UnreadablePackageException.bomb("a header of the tar is longer than " + MAX_DESCRIPTION_BYTES
                    + " bytes: make it with its tool's defaults");
        }
        int padded = padded((int) header.size());
        byte[] description = new byte[padded];
        if (bytes.readUpTo(description, padded) < padded) {
            throw cutOff();
        }
        return Arrays.copyOf(description, (int) header.size());
    }

    private void readBlock(byte[] block) throws UnreadablePackageException, IOException {
        if (bytes.readUpTo(block, BLOCK_BYTES) < BLOCK_BYTES) {
            throw cutOff();
        }
    }

    private void expectOnlyZeros() throws UnreadablePackageException, IOException {
        if (pending) {
            throw cutOff();
        }
        byte[] rest = new byte[BUFFER_BYTES];
        long count = BLOCK_BYTES;
        int got = bytes.read(rest, 0, rest.length);
        while (got >= 0) {
            if (!TarHeader.isZero(rest, got)) {
                throw UnreadablePackageException.corrupt(
                        "bytes follow the tar's end: send exactly one tar, not several joined together");
            }
            count += got;
            got = bytes.read(rest, 0, rest.length);
        }
        if (count < (long) END_BLOCKS * BLOCK_BYTES) {
            throw cutOff();
        }
    }

    private static int padded(int size) {
        return (size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    private static UnreadablePackageException cutOff() {
        return UnreadablePackageException.corrupt("the tar is cut off: make it again, or send it again");
    }

    private final class TarContent implements ArchiveVisitor.Content {
        private final long size;
        private final int padding;
        private long left;

        TarContent(long size) {
            this.size = size;
            left = size;
            int inLastBlock = (int) (size % BLOCK_BYTES);
            padding = inLastBlock == 0 ? 0 : BLOCK_BYTES - inLastBlock;
        }

        @Override
        public int read(byte[] buffer) throws UnreadablePackageException, IOException {
            if (left == 0) {
                return -1;
            }
            int got = bytes.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (got < 0) {
                throw cutOff();
            }
            left -= got;
            return got;
        }

        @Override
        public long promised() {
            return size;
        }

        void finish() throws UnreadablePackageException, IOException {
            byte[] rest = new byte[left == 0 ? BLOCK_BYTES : BUFFER_BYTES];
            while (left > 0) {
                read(rest);
            }
            if (bytes.readUpTo(rest, padding) < padding) {
                throw cutOff();
            }
        }
    }
}
