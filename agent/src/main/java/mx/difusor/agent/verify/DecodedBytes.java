package mx.difusor.agent.verify;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import java.io.IOException;
import java.io.InputStream;
import mx.difusor.agent.model.Reason;
import org.tukaani.xz.MemoryLimitException;

/** What a decoder gives out, counted against the budget; whatever it throws is the package's fault, not the machine's. */
final class DecodedBytes {

    /** Opens a decoder, which may read and fail. */
    interface Opening<T> {
        T open() throws IOException;
    }

    private final InputStream decoder;
    private final UnpackBudget budget;

    DecodedBytes(InputStream decoder, UnpackBudget budget) {
        this.decoder = decoder;
        this.budget = budget;
    }

    /** @return how many bytes came, -1 at the end */
    int read(byte[] buffer, int offset, int length) throws UnreadablePackageException, IOException {
        int count = decoding(() -> decoder.read(buffer, offset, length));
        budget.spend(Math.max(count, 0));
        return count;
    }

    /** @return how many bytes came; fewer than asked for only at the end */
    int readUpTo(byte[] buffer, int length) throws UnreadablePackageException, IOException {
        int filled = 0;
        while (filled < length) {
            int count = read(buffer, filled, length - filled);
            if (count < 0) {
                break;
            }
            filled += count;
        }
        return filled;
    }

    /** Runs a piece of a decoder: crafted bytes make libraries throw all kinds of unchecked exceptions too. */
    static <T> T decoding(Opening<T> piece) throws UnreadablePackageException, IOException {
        try {
            return piece.open();
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof ArchiveFile.ReadFailure failure) {
                    throw failure;
                }
                if (cause instanceof ZstdIOException zstd && zstd.getErrorCode() == Zstd.errMemoryAllocation()) {
                    throw new IOException("this machine has no memory left for unpacking", e);
                }
                if (cause instanceof MemoryLimitException) {
                    throw new UnreadablePackageException(
                            Reason.ARCHIVE_BOMB,
                            "the archive needs too much memory to unpack: compress it with xz -9 or lower",
                            null,
                            e);
                }
            }
            throw new UnreadablePackageException(
                    Reason.ARCHIVE_CORRUPT,
                    "the archive's bytes are damaged (" + PackagePath.printable(String.valueOf(e.getMessage()))
                            + "): test it with the tool that made it, and send it again",
                    null,
                    e);
        }
    }
}
