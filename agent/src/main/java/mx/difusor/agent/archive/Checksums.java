package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import mx.difusor.agent.model.Digest;

/** {@code SHA256SUMS} as GNU's {@code sha256sum} writes and checks it: {@code <hex>  <path>}, one line a file. */
public final class Checksums {

    public static final String FILE = "SHA256SUMS";

    /** Well above what as many files as an export may have need. */
    public static final int MAX_BYTES = 32 << 20;

    private static final int HEX_LENGTH = 64;
    private static final int PATH_AT = HEX_LENGTH + 2;

    private final Map<String, Digest> byPath = new LinkedHashMap<>();

    public void add(String path, Digest sha256) {
        byPath.put(path, sha256);
    }

    /** In their order. */
    public Map<String, Digest> byPath() {
        return java.util.Collections.unmodifiableMap(byPath);
    }

    public byte[] text() {
        StringBuilder text = new StringBuilder();
        byPath.forEach((path, sha256) ->
                text.append(sha256.hex()).append("  ").append(path).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException with words for people */
    public static Checksums parse(byte[] text) throws IOException {
        Checksums checksums = new Checksums();
        for (String line : new String(text, StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                checksums.take(line);
            }
        }
        return checksums;
    }

    private void take(String line) throws IOException {
        boolean formed = line.length() > PATH_AT
                && line.charAt(HEX_LENGTH) == ' '
                && (line.charAt(HEX_LENGTH + 1) == ' ' || line.charAt(HEX_LENGTH + 1) == '*');
        String hex = formed ? line.substring(0, HEX_LENGTH) : "";
        if (!Digest.isHex(hex)) {
            throw new IOException(FILE + " has a line that sha256sum did not write");
        }
        String path = line.substring(PATH_AT);
        if (byPath.put(path.startsWith("./") ? path.substring(2) : path, new Digest(hex)) != null) {
            throw new IOException(FILE + " names a file twice");
        }
    }
}
