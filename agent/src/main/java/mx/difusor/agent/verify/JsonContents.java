package mx.difusor.agent.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every {@code .json} parses, as UTF-8 without duplicate keys (contract, "JSON and CSV inside a package"). A byte order
 * mark at the beginning is let through: browsers skip it. An escape that is half a surrogate pair is not: it stands for
 * no character, and readers differ in what they make of it (RFC 8259, section 8.2).
 *
 * <p>Where the file is an object with a known field for the cut, that is read on the way: {@code corte} or
 * {@code fechaHoraCorte} with a date and time; {@code fechaCorte} and {@code horaCorte} as the INE wrote them in 2018;
 * or, up to three levels deep, an object with {@code dia}, {@code mes} and {@code hora} as in Quintana Roo in 2019.
 */
final class JsonContents {

    static final int MAX_NESTING = 200;
    static final int MAX_NUMBER_LENGTH = 1_000;
    static final int MAX_NAME_LENGTH = 500;
    static final int MAX_STRING_LENGTH = 4 << 20;
    static final long MAX_DOCUMENT_CHARACTERS = 256L << 20;

    /** Names in the objects that are open at one place of the file: they are held to find the ones that come twice. */
    static final int MAX_OPEN_NAMES = 100_000;

    private static final int MAX_CUT_CHARACTERS = 100;
    private static final int MAX_CUT_DEPTH = 3;
    private static final int BOM = 0xFEFF;
    private static final int BUFFER_CHARACTERS = 1 << 15;
    private static final int AT_ONCE_BYTES = 1 << 17;

    /** Of no use to an Institute: {@code (200, from `StreamReadConstraints.getMaxNestingDepth()`)}. */
    private static final Pattern LIBRARY_SETTING =
            Pattern.compile(", from `?StreamReadConstraints\\.\\w{1,60}\\(\\)`?");

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
                    .maxDocumentLength(MAX_DOCUMENT_CHARACTERS)
                    .build())
            .build();

    /**
     * @param problem what keeps the file from being JSON, with its line and column, as the end of a sentence that
     *     begins with the file; null when nothing does
     * @param cut as a known field states it, before the problem where there is one
     * @param test whether it is a test, as known fields before the problem state it: true where one of them says so;
     *     null where none says anything
     */
    record Findings(
            @Nullable String problem,
            @Nullable StatedCut cut,
            @Nullable Boolean test) {

        private static Findings of(String problem) {
            return new Findings(problem, null, null);
        }
    }

    /** Members of the outermost object that say with true or false whether it is a test. */
    private static final Set<String> TEST_FIELDS = Set.of("simulacro", "esSimulacro", "prueba", "esPrueba");

    private final JsonParser json;
    private final int[] namesAtDepth = new int[MAX_NESTING + 1];
    private int depth;
    private int openNames;
    private @Nullable StatedCut cut;

    /** In words, as the object with day, month and hour has it. */
    private @Nullable StatedCut spelled;

    private @Nullable String date;
    private String time = "";

    /** Of the object that one is in, unless another one or a list began in it since. */
    private @Nullable String day;

    private @Nullable String month;
    private @Nullable String hour;

    private @Nullable Boolean test;

    private JsonContents(JsonParser json) {
        this.json = json;
    }

    /** @throws IOException when this machine cannot read it */
    static Findings of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Files.size(file) <= AT_ONCE_BYTES ? of(in.readNBytes(AT_ONCE_BYTES), in) : of(in);
        }
    }

    /** Most files are small: decoded in one go they take half the time. */
    private static Findings of(byte[] begin, InputStream rest) throws IOException {
        if (begin.length == AT_ONCE_BYTES) {
            return of(new SequenceInputStream(new ByteArrayInputStream(begin), rest)); // it grew
        }
        try {
            CharBuffer text = strictUtf8().decode(ByteBuffer.wrap(begin));
            int bom = text.hasRemaining() && text.get(0) == BOM ? 1 : 0;
            try (JsonParser json = JSON.createParser(text.array(), text.arrayOffset() + bom, text.remaining() - bom)) {
                return of(json);
            }
        } catch (CharacterCodingException e) {
            return Findings.of("is not UTF-8");
        }
    }

    static Findings of(InputStream in) throws IOException {
        try (Reader text = new BufferedReader(strictUtf8(in), BUFFER_CHARACTERS)) {
            text.mark(1);
            if (text.read() != BOM) {
                text.reset();
            }
            return of(text);
        } catch (CharacterCodingException e) {
            return Findings.of("is not UTF-8");
        }
    }

    private static Findings of(Reader text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            return of(json);
        }
    }

    private static Findings of(JsonParser json) throws IOException {
        JsonContents contents = new JsonContents(json);
        return new Findings(contents.problem(), contents.cut(), contents.test);
    }

    private @Nullable String problem() throws IOException {
        try {
            return problemOfTokens();
        } catch (JsonProcessingException e) {
            return described(e);
        }
    }

    private @Nullable String problemOfTokens() throws IOException {
        JsonToken token = json.nextToken();
        if (token == null) {
            return "is empty, which is not JSON";
        }
        do {
            String problem = problem(token);
            if (problem != null) {
                return problem + " (" + where(json.currentTokenLocation()) + ")";
            }
            token = json.nextToken();
        } while (token != null && depth > 0);
        return token == null ? null : "goes on after its first value (" + where(json.currentTokenLocation()) + ")";
    }

    private @Nullable String problem(JsonToken token) throws IOException {
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            namesAtDepth[++depth] = 0;
            forgetDay();
        } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
            openNames -= namesAtDepth[depth--];
            forgetDay();
        } else if (token == JsonToken.FIELD_NAME) {
            namesAtDepth[depth]++;
            if (++openNames > MAX_OPEN_NAMES) {
                return "has objects of more than " + MAX_OPEN_NAMES + " names";
            }
        } else if (token == JsonToken.VALUE_STRING) {
            // In names the parser itself refuses it.
            if (!isWhole(json.getTextCharacters(), json.getTextOffset(), json.getTextLength())) {
                return "has an escape that is half a character";
            }
            remember();
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
            remember();
        } else if (token.isBoolean() && depth == 1 && TEST_FIELDS.contains(String.valueOf(json.currentName()))) {
            test = token == JsonToken.VALUE_TRUE || Boolean.TRUE.equals(test);
        }
        return null;
    }

    private void forgetDay() {
        day = null;
        month = null;
        hour = null;
    }

    /** Whether every half of a surrogate pair has its other half. */
    private static boolean isWhole(char[] text, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (text[i] >= Character.MIN_SURROGATE && text[i] <= Character.MAX_SURROGATE) {
                boolean pair = i + 1 < from + length && Character.isSurrogatePair(text[i], text[i + 1]);
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private void remember() throws IOException {
        if (depth > MAX_CUT_DEPTH) {
            return;
        }
        String name = json.currentName();
        if (name == null || json.getTextLength() > MAX_CUT_CHARACTERS) {
            return;
        }
        if (depth == 1) {
            switch (name) {
                case "corte", "fechaHoraCorte" -> cut = cut == null ? stated(json.getText()) : cut;
                case "fechaCorte" -> date = json.getText();
                case "horaCorte" -> time = json.getText();
                default -> {}
            }
        }
        switch (name) {
            case "dia" -> day = json.getText();
            case "mes" -> month = json.getText();
            case "hora" -> hour = json.getText();
            default -> {
                return;
            }
        }
        if (day != null && month != null && hour != null && spelled == null) {
            spelled = stated(day + " de " + month + " " + hour);
        }
    }

    /** Null where it is none: some number their cuts in a field of the same name. */
    private static @Nullable StatedCut stated(String text) {
        return StatedCut.in(text).orElse(null);
    }

    private @Nullable StatedCut cut() {
        if (cut != null || spelled != null) {
            return cut != null ? cut : spelled;
        }
        return date == null ? null : stated(date + " " + time);
    }

    private static Reader strictUtf8(InputStream in) {
        return new InputStreamReader(in, strictUtf8());
    }

    private static CharsetDecoder strictUtf8() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** As the end of a sentence that begins with the file. */
    static String described(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        String what =
                LIBRARY_SETTING.matcher(String.valueOf(e.getOriginalMessage())).replaceAll("");
        return "is not valid JSON: " + PackagePath.printable(what)
                + (location == null ? "" : " (" + where(location) + ")");
    }

    private static String where(JsonLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
