package mx.difusor.agent.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.FoldedPath;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code manifest.json} to the letter (contract, "A package"): UTF-8, no member twice, no member that the format
 * does not have. A misspelt {@code final} or {@code remove} must not pass for a missing one.
 */
final class ManifestReader {

    private static final String MEMBERS = "format, event, kind, sequence, cut, final, files, remove";
    private static final String FILE_MEMBERS = "path, size, sha256";
    /** Longest name of an event, known or not, in characters. */
    private static final int MAX_EVENT = 64;

    private static final int MAX_NESTING = 8;
    private static final int MAX_NUMBER_LENGTH = 32;
    private static final int MAX_NAME_LENGTH = 256;
    private static final int MAX_STRING_LENGTH = 4096;
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** ISO 8601 with an explicit offset; the seconds may be left out, or go down to nanoseconds. */
    private static final Pattern CUT =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Names from a package must not fill tables that outlive it.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(MAX_STRING_LENGTH)
                    .build())
            .build();

    private final JsonParser json;
    private final PackageLimits limits;

    private @Nullable String format;
    private @Nullable String event;
    private @Nullable Kind kind;
    private @Nullable Long sequence;
    private @Nullable OffsetDateTime cut;
    private boolean last;
    private @Nullable List<ManifestFile> files;
    private List<String> remove = List.of();

    private ManifestReader(JsonParser json, PackageLimits limits) {
        this.json = json;
        this.limits = limits;
    }

    /** @throws UnreadablePackageException {@code manifest-invalid}, or {@code path-unsafe} for a path in it */
    static Manifest read(byte[] content, PackageLimits limits) throws UnreadablePackageException {
        int start = content.length >= BOM.length && Arrays.equals(content, 0, BOM.length, BOM, 0, BOM.length)
                ? BOM.length
                : 0;
        Reader text = new InputStreamReader(
                new ByteArrayInputStream(content, start, content.length - start),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        try (JsonParser json = JSON.createParser(text)) {
            return new ManifestReader(json, limits).manifest();
        } catch (JsonProcessingException e) {
            throw invalid(JsonContents.described(e));
        } catch (CharacterCodingException e) {
            throw invalid("is not UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot be read", e);
        }
    }

    private Manifest manifest() throws UnreadablePackageException, IOException {
        expect(json.nextToken() == JsonToken.START_OBJECT, "is not a JSON object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            json.nextToken();
            member(member);
        }
        expect(json.nextToken() == null, "goes on after its object");
        expect(format != null, "has no format");
        return whole();
    }

    private void member(String name) throws UnreadablePackageException, IOException {
        switch (name) {
            case "format" -> {
                format = string(name);
                expect(format.equals(Manifest.FORMAT), "format has to be \"" + Manifest.FORMAT + "\"");
            }
            case "event" -> {
                event = string(name);
                expect(isPrintable(event), "event has to be 1 to " + MAX_EVENT + " printable characters");
            }
            case "kind" ->
                kind = Kind.ofCode(string(name)).orElseThrow(() -> invalid("kind has to be site, data or notice"));
            case "sequence" -> {
                sequence = integer(name);
                expect(
                        sequence >= 1 && sequence <= Manifest.MAX_SEQUENCE,
                        "sequence has to be from 1 to " + Manifest.MAX_SEQUENCE);
            }
            case "cut" -> cut = instant(string(name));
            case "final" -> {
                expect(json.currentToken().isBoolean(), "final has to be true or false");
                last = json.getBooleanValue();
            }
            case "files" -> files = files();
            case "remove" -> remove = remove();
            default ->
                throw invalid("has the unknown member " + PackagePath.printable(name) + "; known are " + MEMBERS);
        }
    }

    private Manifest whole() throws UnreadablePackageException {
        if (event == null || kind == null || sequence == null || cut == null || files == null) {
            String missing = event == null
                    ? "event"
                    : kind == null ? "kind" : sequence == null ? "sequence" : cut == null ? "cut" : "files";
            throw invalid("has no " + missing);
        }
        Set<String> listed = new HashSet<>();
        files.forEach(file -> listed.add(file.path()));
        for (String path : remove) {
            expect(!listed.contains(path), "files and remove both name " + path);
        }
        expect(
                !files.isEmpty() || kind == Kind.DATA,
                "files is empty, but a " + kind.code() + " has to bring at least a page");
        return new Manifest(event, kind, sequence, cut, last, files, remove);
    }

    private List<ManifestFile> files() throws UnreadablePackageException, IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, "files has to be an array");
        PathLedger ledger = new PathLedger(limits, Manifest.NAME, Reason.MANIFEST_INVALID, Reason.MANIFEST_INVALID);
        List<ManifestFile> found = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(found.size() < limits.maxEntries(), "files has more than " + limits.maxEntries() + " entries");
            ManifestFile file = file("files[" + found.size() + "]");
            ledger.file(file.path());
            expect(
                    !FoldedPath.of(file.path()).equals(Manifest.NAME),
                    "files names " + file.path() + ", which is the manifest itself: leave it out");
            found.add(file);
        }
        return found;
    }

    private ManifestFile file(String where) throws UnreadablePackageException, IOException {
        expect(json.currentToken() == JsonToken.START_OBJECT, where + " has to be an object");
        String path = null;
        Long size = null;
        Digest sha256 = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            json.nextToken();
            String at = where + "." + PackagePath.printable(member);
            switch (member) {
                case "path" -> path = string(at);
                case "size" -> {
                    size = integer(at);
                    expect(size >= 0, at + " is negative");
                }
                case "sha256" -> {
                    String hex = string(at).toLowerCase(Locale.ROOT);
                    expect(Digest.isHex(hex), at + " has to be 64 hex digits");
                    sha256 = new Digest(hex);
                }
                default -> throw invalid(at + " is unknown; known are " + FILE_MEMBERS);
            }
        }
        if (path == null || size == null || sha256 == null) {
            throw invalid(where + " has no " + (path == null ? "path" : size == null ? "size" : "sha256"));
        }
        return new ManifestFile(path, size, sha256);
    }

    private List<String> remove() throws UnreadablePackageException, IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, "remove has to be an array");
        Set<String> seen = new HashSet<>();
        List<String> found = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(found.size() < limits.maxEntries(), "remove has more than " + limits.maxEntries() + " entries");
            String path = string("remove[" + found.size() + "]");
            PackagePath.expectSafe(path, limits, Manifest.NAME);
            expect(seen.add(path), "remove names " + path + " twice");
            found.add(path);
        }
        return found;
    }

    /** Whether an event of that name is configured is for the desk to say; until then it is only a text in one line. */
    private static boolean isPrintable(String name) {
        return !name.isBlank()
                && name.codePointCount(0, name.length()) <= MAX_EVENT
                && ReadableName.of(name).equals(name);
    }

    private String string(String where) throws UnreadablePackageException, IOException {
        expect(json.currentToken() == JsonToken.VALUE_STRING, where + " has to be a string");
        return json.getText();
    }

    private long integer(String where) throws UnreadablePackageException, IOException {
        boolean fits = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        expect(fits, where + " has to be an integer");
        return json.getLongValue();
    }

    private OffsetDateTime instant(String text) throws UnreadablePackageException {
        try {
            if (CUT.matcher(text).matches()) {
                return OffsetDateTime.parse(text);
            }
        } catch (DateTimeException e) {
            throw invalid("cut is no date and time: " + text);
        }
        throw invalid("cut has to be like 2024-06-02T20:00:00-07:00, with its offset");
    }

    private void expect(boolean condition, String otherwise) throws UnreadablePackageException {
        if (!condition) {
            throw invalid(otherwise + " (line " + json.currentTokenLocation().getLineNr() + ")");
        }
    }

    private static UnreadablePackageException invalid(String what) {
        return new UnreadablePackageException(
                Reason.MANIFEST_INVALID,
                Manifest.NAME + " " + what + ": correct it and make the package again",
                Manifest.NAME);
    }
}
