package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;

/** Base II: the endpoint takes at least 40 MB/s. Measured on this host, without the line to the Institute. */
final class ThroughputCheck implements Check {

    /** What the convocatoria asks for, in bytes per second. */
    static final double ASKED = 40.0 * Size.MB;

    /** Sent each time, where there is room. */
    static final long BYTES = 200 * Size.MB;

    /** With less, connecting would be most of it. */
    static final long LEAST_BYTES = 32 * Size.MB;

    /** Left free on the disk meanwhile: what the running agent may need. */
    static final long MARGIN_BYTES = 500 * Size.MB;

    private final Subject subject;
    private final Upload upload;
    private final Disk disk;
    private final boolean wanted;

    ThroughputCheck(Subject subject, Upload upload, Disk disk, boolean wanted) {
        this.subject = subject;
        this.upload = upload;
        this.disk = disk;
        this.wanted = wanted;
    }

    @Override
    public List<Finding> look() throws IOException, InterruptedException {
        if (!wanted) {
            return List.of(Finding.note(CheckId.THROUGHPUT, "skipped"));
        }
        Finding refusal = subject.noTrials(CheckId.THROUGHPUT);
        if (refusal != null) {
            return List.of(refusal);
        }
        Path folder = subject.trials();
        long bytes = Math.min(BYTES, disk.freeBytes(folder) - MARGIN_BYTES);
        if (bytes < LEAST_BYTES) {
            return List.of(Finding.note(CheckId.THROUGHPUT, "no-room", Size.megabytes(LEAST_BYTES + MARGIN_BYTES)));
        }
        Path scratch = folder.resolve("doctor-" + ProcessHandle.current().pid());
        try {
            return List.of(judge(upload.measure(scratch, bytes), bytes));
        } catch (AccessDeniedException e) {
            return List.of(Finding.note(CheckId.THROUGHPUT, "no-access", folder.toString()));
        } catch (IOException e) {
            return List.of(Finding.note(CheckId.THROUGHPUT, "failed", Failures.inWords(e)));
        }
    }

    private static Finding judge(Upload.Measured measured, long bytes) {
        double median = measured.median();
        Object[] words = {rate(median), measured.rates().size(), Size.megabytes(bytes), measured.client()};
        Finding finding = median >= ASKED
                ? Finding.fine(CheckId.THROUGHPUT, "enough", words)
                : Finding.fault(CheckId.THROUGHPUT, "slow", words);
        return finding.with("bytesPerSecond", Math.round(median))
                .with("askedBytesPerSecond", Math.round(ASKED))
                .with("runs", measured.rates().stream().map(Math::round).toList())
                .with("client", measured.client())
                .with("bytes", bytes);
    }

    private static String rate(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%.0f MB/s", bytesPerSecond / Size.MB);
    }
}
