package mx.difusor.agent.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Every {@code .json} parses, as UTF-8 without duplicate keys (contract, "JSON and CSV inside a package"). A byte order
 * mark at the beginning is let through: browsers skip it.
 */
final class JsonContents {

    private static final int MAX_NESTING = 200;
    private static final int MAX_NUMBER_LENGTH = 1000;
    private static final int MAX_NAME_LENGTH = 50_000;
    private static final long MAX_DOCUMENT_CHARACTERS = 256L << 20;
    private static final int BOM = 0xFEFF;
    private static final int BUFFER_CHARACTERS = 1 << 15;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Names from a package must not fill tables that outlive it.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxDocumentLength(MAX_DOCUMENT_CHARACTERS)
                    .build())
            .build();

    private JsonContents() {}

    /**
     * What keeps the file from being JSON, with its line and column; empty when nothing does.
     *
     * @throws IOException when this machine cannot read it
     */
    static Optional<String> problem(Path file) throws IOException {
        try (Reader text = new BufferedReader(strictUtf8(file), BUFFER_CHARACTERS)) {
            text.mark(1);
            if (text.read() != BOM) {
                text.reset();
            }
            return problem(text);
        } catch (CharacterCodingException e) {
            return Optional.of("is not UTF-8");
        }
    }

    private static Optional<String> problem(Reader text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() == null) {
                return Optional.of("is empty, which is not JSON");
            }
            json.skipChildren();
            if (json.nextToken() != null) {
                return Optional.of("goes on after its first value (" + where(json.currentTokenLocation()) + ")");
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.of(described(e));
        }
    }

    private static Reader strictUtf8(Path file) throws IOException {
        return new InputStreamReader(
                Files.newInputStream(file),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    /** As the end of a sentence that begins with the file. */
    static String described(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return "is not valid JSON: " + PackagePath.printable(String.valueOf(e.getOriginalMessage()))
                + (location == null ? "" : " (" + where(location) + ")");
    }

    private static String where(JsonLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
