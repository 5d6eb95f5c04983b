package mx.difusor.agent.publish;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/**
 * The difusor's own pages, where no cut is shown: the waiting page until there is one, and the notice while publication
 * is interrupted. A folder of the difusor's replaces each; a logo beside them appears in the agent's own. Docs: {@code
 * docs/operations.md}.
 */
public final class OwnPages {

    static final String INDEX = "index.html";

    private static final String PNG_LOGO = "logo.png";
    private static final String SVG_LOGO = "logo.svg";

    /** Older than any cut, so that no web server's ETag takes one of these for an Institute's page. */
    private static final Instant OLDEST = Instant.parse("2000-01-01T00:00:00Z");

    /** Nine years of them: two texts of the same length must not have the same ETag either. */
    private static final long SECONDS = 9L * 365 * 86_400;

    private final String difusorName;
    private final Path folder;
    private final Disk disk;

    /**
     * @param folder holds {@code waiting/}, {@code notice/}, {@code logo.svg} or {@code logo.png}, or none of them; it
     *     need not exist
     */
    public OwnPages(String difusorName, Path folder, Disk disk) {
        this.difusorName = difusorName;
        this.folder = folder;
        this.disk = disk;
    }

    /**
     * Why publication is interrupted, as the public reads it.
     *
     * @param cut the last one that was published, or that waits to be; null while there is none
     * @param since when the cut that is missing was expected, or when an operator put the notice up
     * @param message an operator's words to the public, in one line; may be empty
     */
    public record Notice(@Nullable OffsetDateTime cut, Instant since, String message) {}

    /**
     * A page, made.
     *
     * @param problem why the agent's own page or no logo was taken though the difusor gave one; null where nothing is
     *     wrong
     */
    public record Made(Target target, @Nullable String problem) {}

    /** The same for every start: it has no clock in it. */
    public Made waiting(String event) throws IOException {
        return made(event, "waiting", Map.of());
    }

    /** The same for equal notices. */
    public Made notice(String event, Notice notice) throws IOException {
        return made(event, "notice", PublicWords.of(notice));
    }

    private Made made(String event, String page, Map<String, String> words) throws IOException {
        Map<String, String> all = new TreeMap<>(words);
        all.put("difusor", difusorName);
        all.put("event", event);
        Path own = folder.resolve(page);
        String problem = null;
        if (Files.isDirectory(own)) {
            try {
                return new Made(target(event, page, PageFolder.read(own, all)), null);
            } catch (IOException e) {
                problem = own + " cannot be used: " + e.getMessage();
            }
        }
        return ofTheAgent(event, page, all, problem);
    }

    private Made ofTheAgent(String event, String page, Map<String, String> words, @Nullable String before)
            throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        String problem = before;
        String logo = "";
        for (String name : List.of(SVG_LOGO, PNG_LOGO)) {
            if (logo.isEmpty() && Files.isRegularFile(folder.resolve(name))) {
                try {
                    files.put(name, PageFolder.read(folder.resolve(name), PageFolder.MOST_BYTES));
                    logo = name;
                } catch (IOException e) {
                    problem = folder.resolve(name) + " cannot be used: " + e.getMessage();
                }
            }
        }
        String html = PageFolder.filled(template(page), words)
                .replace("{{logo}}", logo.isEmpty() ? "" : "<img class=\"logo\" src=\"" + logo + "\" alt=\"\">");
        files.put(INDEX, html.getBytes(StandardCharsets.UTF_8));
        return new Made(target(event, page, files), problem);
    }

    private Target target(String event, String page, Map<String, byte[]> files) {
        List<TreeFile> tree = new ArrayList<>();
        files.forEach((path, bytes) -> tree.add(file(path, bytes)));
        return new Target(event, page, Tree.of(tree), null, (wanted, into) -> {
            for (TreeFile file : wanted) {
                byte[] bytes = Objects.requireNonNull(files.get(file.path()), file.path());
                disk.write(into.resolve(file.path()), new ByteArrayInputStream(bytes), Disk.Access.PUBLIC);
            }
        });
    }

    private static TreeFile file(String path, byte[] bytes) {
        Digest digest = Digest.ofContent(bytes);
        long seconds = Long.parseLong(digest.hex().substring(0, 8), 16) % SECONDS;
        return new TreeFile(path, bytes.length, digest, OLDEST.plusSeconds(seconds), 0);
    }

    private static String template(String page) throws IOException {
        try (InputStream template = OwnPages.class.getResourceAsStream(page + ".html")) {
            return new String(Objects.requireNonNull(template, page).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
