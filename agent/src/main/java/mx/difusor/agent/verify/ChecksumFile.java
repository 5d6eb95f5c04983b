package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.model.Digest;

/**
 * {@code NAME.EXT.sha256}, as {@code sha256sum} writes it ({@code HEX  NAME}, {@code HEX *NAME}, with a leading
 * backslash where the name is escaped), as {@code sha256sum --tag} and the BSDs do ({@code SHA256 (NAME) = HEX}), or
 * the bare digest. Where it lists several files, the line of this name counts; where it lists one, whatever its name.
 */
final class ChecksumFile {

    static final int MAX_BYTES = 64 * 1024;

    private static final Pattern GNU = Pattern.compile("\\\\?([0-9a-fA-F]{64})(?:[ \\t]++\\*?(.*))?");
    private static final Pattern BSD = Pattern.compile("\\\\?SHA256 \\((.*)\\) = ([0-9a-fA-F]{64})");
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private record Line(String name, Digest digest) {}

    private ChecksumFile() {}

    /** The digest that the file gives for {@code archive}; empty where it is malformed or does not name it. */
    static Optional<Digest> read(Path file, String archive) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        return bytes.length > MAX_BYTES
                ? Optional.empty()
                : digestFor(archive, new String(bytes, StandardCharsets.UTF_8));
    }

    private static Optional<Digest> digestFor(String archive, String text) {
        List<Line> lines = new ArrayList<>();
        String unmarked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        for (String line : unmarked.split("\r?\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            Optional<Line> parsed = parse(line);
            if (parsed.isEmpty()) {
                return Optional.empty();
            }
            lines.add(parsed.get());
        }
        if (lines.size() == 1) {
            return Optional.of(lines.get(0).digest());
        }
        List<Digest> named = lines.stream()
                .filter(line -> lastSegment(line.name()).equals(archive))
                .map(Line::digest)
                .distinct()
                .toList();
        return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
    }

    private static Optional<Line> parse(String line) {
        boolean escaped = line.startsWith("\\");
        Matcher gnu = GNU.matcher(line);
        if (gnu.matches()) {
            String name = gnu.group(2) == null ? "" : gnu.group(2);
            return Optional.of(line(name, gnu.group(1), escaped));
        }
        Matcher bsd = BSD.matcher(line);
        if (bsd.matches()) {
            return Optional.of(line(bsd.group(1), bsd.group(2), escaped));
        }
        return Optional.empty();
    }

    private static Line line(String name, String hex, boolean escaped) {
        return new Line(escaped ? unescape(name) : name, new Digest(hex.toLowerCase(Locale.ROOT)));
    }

    /** As coreutils writes names with a backslash, a newline or a carriage return in them. */
    private static String unescape(String name) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\' && i + 1 < name.length()) {
                i++;
                c = switch (name.charAt(i)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> name.charAt(i);
                };
            }
            plain.append(c);
        }
        return plain.toString();
    }

    private static String lastSegment(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }
}
