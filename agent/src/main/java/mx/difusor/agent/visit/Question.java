package mx.difusor.agent.visit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/** Which files of a release are asked for, and at which addresses. Pure functions. */
final class Question {

    /** What the site's own address answers with. */
    static final String PAGE = "index.html";

    /** The files that changed last tell one cut from another. */
    static final int NEWEST = 3;

    /** Larger ones are left out: the probe should not be a load. In bytes. */
    static final long MAX_FILE_BYTES = 4_000_000;

    private static final Comparator<TreeFile> NEWEST_FIRST =
            Comparator.comparing(TreeFile::modified).reversed().thenComparing(TreeFile::path);

    private static final String UNRESERVED = "-._~";
    private static final String HEX = "0123456789ABCDEF";

    private Question() {}

    /** The page, where it is small enough to be compared; null where there is none. */
    static @Nullable TreeFile page(Tree tree) {
        TreeFile page = tree.get(PAGE);
        return page == null || page.size() > MAX_FILE_BYTES ? null : page;
    }

    /**
     * Beside the page: the {@value #NEWEST} files that changed last, and one of the others.
     *
     * @param turn which other one; ascending numbers reach them all
     */
    static List<TreeFile> files(Tree tree, int turn) {
        List<TreeFile> others = new ArrayList<>(tree.files());
        others.removeIf(file -> file.path().equals(PAGE) || file.size() > MAX_FILE_BYTES);
        List<TreeFile> asked = new ArrayList<>(
                others.stream().sorted(NEWEST_FIRST).limit(NEWEST).toList());
        others.removeAll(asked);
        if (!others.isEmpty()) {
            asked.add(others.get(Math.floorMod(turn, others.size())));
        }
        return asked;
    }

    /** @param page where the page was found; files lie beside it, as a browser resolves links */
    static URI address(URI page, String path) {
        String folder = page.getRawPath() == null || page.getRawPath().isEmpty()
                ? "/"
                : page.getRawPath().substring(0, page.getRawPath().lastIndexOf('/') + 1);
        return URI.create(page.getScheme() + "://" + page.getRawAuthority() + folder + encoded(path));
    }

    /** Everything but what needs no encoding anywhere (RFC 3986, 2.3), and the slashes. */
    private static String encoded(String path) {
        StringBuilder text = new StringBuilder();
        for (byte one : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (one & 0xFF);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (letter || c == '/' || UNRESERVED.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
            }
        }
        return text.toString();
    }
}
