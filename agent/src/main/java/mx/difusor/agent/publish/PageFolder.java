package mx.difusor.agent.publish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A page that the difusor made: a folder with an {@code index.html} and whatever that needs. */
final class PageFolder {

    /** In all. */
    static final int MOST_BYTES = 20_000_000;

    static final int MOST_FILES = 500;

    private static final int MOST_DEPTH = 8;

    private PageFolder() {}

    /**
     * Its files by their paths, {@code /}-separated; in those that end in {@code .html} the words stand in their places.
     * Names that begin with a dot are left out.
     *
     * @param words by their names; in a page they stand as {@code {{name}}}
     * @throws IOException with what is wrong, in words: no {@code index.html}, a link, too many or too large files
     */
    static Map<String, byte[]> read(Path folder, Map<String, String> words) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        long[] left = {MOST_BYTES};
        Files.walkFileTree(folder, java.util.Set.of(), MOST_DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
                return isHidden(inner) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (isHidden(file)) {
                    return FileVisitResult.CONTINUE;
                }
                String path = folder.relativize(file).toString().replace('\\', '/');
                if (!attributes.isRegularFile()) {
                    throw new IOException(
                            path + " is neither a file nor a folder of at most " + MOST_DEPTH + " levels");
                }
                if (files.size() == MOST_FILES) {
                    throw new IOException("it has more than " + MOST_FILES + " files");
                }
                byte[] bytes = read(file, left[0]);
                left[0] -= bytes.length;
                files.put(path, isHtml(path) ? inWords(bytes, words) : bytes);
                return FileVisitResult.CONTINUE;
            }
        });
        if (!files.containsKey(OwnPages.INDEX)) {
            throw new IOException("it has no " + OwnPages.INDEX);
        }
        return files;
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static boolean isHtml(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".html");
    }

    private static byte[] inWords(byte[] html, Map<String, String> words) {
        return filled(new String(html, StandardCharsets.UTF_8), words).getBytes(StandardCharsets.UTF_8);
    }

    /** With each word in its places, as text: nothing in a word becomes markup. */
    static String filled(String html, Map<String, String> words) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (int open = html.indexOf("{{"); open >= 0; open = html.indexOf("{{", at)) {
            int close = html.indexOf("}}", open);
            String word = close < 0 ? null : words.get(html.substring(open + 2, close));
            int next = word == null ? open + 2 : close + 2;
            filled.append(html, at, word == null ? next : open).append(word == null ? "" : escaped(word));
            at = next;
        }
        return filled.append(html, at, html.length()).toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** @throws IOException also where it is larger */
    static byte[] read(Path file, long mostBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw new IOException("it is larger than " + MOST_BYTES + " bytes");
            }
            return bytes;
        }
    }
}
