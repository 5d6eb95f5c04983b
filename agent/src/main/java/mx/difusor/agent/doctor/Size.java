package mx.difusor.agent.doctor;

import java.util.Locale;

/** Bytes in words, as the convocatoria counts them: MB = 10^6, GB = 10^9. */
final class Size {

    static final long MB = 1_000_000;
    static final long GB = 1_000_000_000;

    private Size() {}

    static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", (double) bytes / GB);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MB", (double) bytes / MB);
    }
}
