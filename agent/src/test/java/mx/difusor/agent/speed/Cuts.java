package mx.difusor.agent.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Random;
import mx.difusor.agent.e2e.PackageFolder;
import mx.difusor.agent.e2e.Shell;
import mx.difusor.agent.e2e.Site;
import org.jspecify.annotations.Nullable;

/** Packages with the bulk of a real election night: many small JSON files that deflate to about two fifths. */
final class Cuts {

    /** The site of the measurements: 48 MB in all, as a zip about 20 MB. */
    static final int FILES = 3_000;

    static final int FILE_BYTES = 16_000;

    private static final int FILES_A_FOLDER = 100;
    private static final OffsetDateTime BEGIN = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

    private final Path folder;
    private long sequence;
    private @Nullable Path lastSite;

    /** @param folder where the packages are made */
    Cuts(Path folder) {
        this.folder = folder;
    }

    Path lastSite() {
        return Objects.requireNonNull(lastSite);
    }

    /** The instant that a package of this sequence gives as its cut. */
    static OffsetDateTime cut(long sequence) {
        return BEGIN.plusSeconds(sequence);
    }

    /** @return the first of so many sequences that are somebody else's */
    long skip(int count) {
        long first = sequence + 1;
        sequence += count;
        return first;
    }

    /** A package and what it is called in the archive. */
    record Cut(Path file, long sequence) {}

    /** Another site each time: not one file is as it was. */
    Cut site(int files, int bytes) throws IOException {
        Cut cut = pack("site", files, bytes);
        lastSite = cut.file();
        return cut;
    }

    /** The first {@code files} of a site's figures, changed. */
    Cut increment(int files, int bytes) throws IOException {
        return pack("data", files, bytes);
    }

    private Cut pack(String kind, int files, int bytes) throws IOException {
        sequence++;
        PackageFolder contents =
                new PackageFolder(Site.EVENT, kind, sequence, cut(sequence).toString());
        boolean site = kind.equals("site");
        if (site) {
            contents.file(
                    "index.html", "<!doctype html><meta charset=utf-8><title>PREP</title><h1>" + sequence + "</h1>");
        }
        Random random = new Random(sequence);
        for (int i = 0; i < files; i++) {
            // Of each polling station a page and its figures; increments bring figures.
            int number = site ? i : 2 * i + 1;
            boolean page = number % 2 == 0;
            String path = "casillas/%03d/%05d.%s".formatted(number / FILES_A_FOLDER, number, page ? "html" : "json");
            contents.bytes(path, page ? html(random, bytes) : json(random, bytes));
        }
        Cut cut = new Cut(contents.archive(folder, "corte-" + sequence, "zip"), sequence);
        Shell.bash(folder, "sync -f .").ok(); // whoever syncs next writes what is its own
        return cut;
    }

    private static byte[] html(Random random, int bytes) {
        StringBuilder text = new StringBuilder(bytes + 40).append("<!doctype html>\n<meta charset=utf-8>\n<table>\n");
        while (text.length() < bytes - 30) {
            text.append("<tr><td>")
                    .append(random.nextInt(1_000_000_000))
                    .append("<td>")
                    .append(random.nextInt(1_000_000));
        }
        return text.append("\n</table>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] json(Random random, int bytes) {
        StringBuilder text = new StringBuilder(bytes + 20).append('[');
        while (text.length() < bytes - 10) {
            text.append(random.nextInt(1_000_000)).append(',');
        }
        return text.append("0]\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
