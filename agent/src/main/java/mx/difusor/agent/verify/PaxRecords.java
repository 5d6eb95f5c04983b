package mx.difusor.agent.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records of one pax header, {@code "LENGTH KEY=VALUE\n"} each (POSIX.1-2017, pax, "pax Extended Header"). Only
 * keys that stock tools write are let through; of them only {@code path} and {@code size} mean anything here.
 */
record PaxRecords(@Nullable RawName path, @Nullable Long size) {

    private static final int MAX_LENGTH_DIGITS = 6;
    private static final int MAX_SIZE_DIGITS = 18;

    private static final Set<String> HARMLESS = Set.of(
            "path",
            "size",
            "mtime",
            "atime",
            "ctime",
            "uid",
            "gid",
            "uname",
            "gname",
            "comment",
            "hdrcharset",
            "charset");
    private static final Set<String> HARMLESS_VENDORS = Set.of(
            "LIBARCHIVE.creationtime",
            "LIBARCHIVE.xattr.",
            "SCHILY.dev",
            "SCHILY.ino",
            "SCHILY.nlink",
            "SCHILY.fflags",
            "SCHILY.xattr.",
            "SCHILY.acl.",
            "RHT.security.selinux");
    private static final Map<String, Pattern> NUMBERS = numbers();
    private static final Set<String> UTF8_CHARSETS = Set.of("UTF-8", "ISO-IR 10646 2000 UTF-8");

    /** What they say is never applied, but a bad one makes other readers stop. */
    private static Map<String, Pattern> numbers() {
        Map<String, Pattern> numbers = new HashMap<>();
        for (String time : Set.of("mtime", "atime", "ctime", "LIBARCHIVE.creationtime")) {
            numbers.put(time, Pattern.compile("-?\\d{1,15}(?:\\.\\d{0,30})?"));
        }
        for (String id : Set.of("uid", "gid")) {
            numbers.put(id, Pattern.compile("\\d{1,15}"));
        }
        return numbers;
    }

    static PaxRecords parse(byte[] data) throws UnreadablePackageException {
        Map<String, byte[]> records = new HashMap<>();
        int at = 0;
        while (at < data.length) {
            int end = at + length(data, at);
            int space = indexOf(data, ' ', at, data.length);
            int equals = end <= data.length ? indexOf(data, '=', space + 1, end) : -1;
            if (equals < 0 || data[end - 1] != '\n') {
                throw damaged();
            }
            String key = new String(data, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            byte[] value = Arrays.copyOfRange(data, equals + 1, end - 1);
            Pattern number = NUMBERS.get(key);
            if (records.put(key, value) != null
                    || (number != null
                            && !number.matcher(new String(value, StandardCharsets.ISO_8859_1))
                                    .matches())) {
                throw damaged();
            }
            expectHarmless(key);
            at = end;
        }
        expectUtf8(records);
        byte[] size = records.get("size");
        byte[] path = records.get("path");
        return new PaxRecords(path == null ? null : new RawName(path), size == null ? null : number(size));
    }

    /** A header for all entries: git writes the commit's hash as a comment, and nothing else may stand in one. */
    static void expectOnlyComment(byte[] data) throws UnreadablePackageException {
        byte[] comment = " comment=".getBytes(StandardCharsets.US_ASCII);
        int space = indexOf(data, ' ', 0, data.length);
        boolean one = space > 0
                && data.length >= space + comment.length
                && length(data, 0) == data.length
                && data[data.length - 1] == '\n'
                && Arrays.equals(data, space, space + comment.length, comment, 0, comment.length);
        if (!one) {
            throw UnreadablePackageException.forbidden(
                    "a global header: make the tar with its tool's defaults", "pax_global_header");
        }
    }

    private static void expectHarmless(String key) throws UnreadablePackageException {
        if (key.equals("linkpath")) {
            throw UnreadablePackageException.forbidden(
                    "the tar holds a link (linkpath), and packages hold none" + TarWalk.LINKS, key);
        }
        boolean vendor = HARMLESS_VENDORS.stream().anyMatch(v -> v.endsWith(".") ? key.startsWith(v) : key.equals(v));
        if (!vendor && !HARMLESS.contains(key)) {
            throw UnreadablePackageException.forbidden(
                    "the tar uses the extension " + PackagePath.printable(key) + ": make it with its tool's defaults",
                    PackagePath.printable(key));
        }
    }

    private static void expectUtf8(Map<String, byte[]> records) throws UnreadablePackageException {
        for (String key : Set.of("hdrcharset", "charset")) {
            byte[] charset = records.get(key);
            if (charset != null && !UTF8_CHARSETS.contains(new String(charset, StandardCharsets.US_ASCII))) {
                throw UnreadablePackageException.unsafe(
                        "a file name is not UTF-8: rename the file, or make the tar where file names are UTF-8",
                        PackagePath.printable(records.getOrDefault("path", new byte[0])));
            }
        }
    }

    private static int length(byte[] data, int at) throws UnreadablePackageException {
        int space = indexOf(data, ' ', at, Math.min(data.length, at + MAX_LENGTH_DIGITS + 1));
        if (space <= at) {
            throw damaged();
        }
        return (int) number(Arrays.copyOfRange(data, at, space));
    }

    private static long number(byte[] digits) throws UnreadablePackageException {
        long value = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                throw damaged();
            }
            value = value * 10 + (digit - '0');
        }
        if (digits.length == 0 || digits.length > MAX_SIZE_DIGITS) {
            throw damaged();
        }
        return value;
    }

    private static int indexOf(byte[] data, char wanted, int from, int to) {
        for (int i = Math.max(from, 0); i < to; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static UnreadablePackageException damaged() {
        return UnreadablePackageException.corrupt("a pax header of the tar is damaged: make the archive again");
    }
}
