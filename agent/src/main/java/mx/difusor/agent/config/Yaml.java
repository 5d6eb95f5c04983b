package mx.difusor.agent.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Bytes to nodes that know their line and column; nothing is resolved to dates, numbers or objects. */
final class Yaml {

    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 16;
    static final int MAX_ALIASES = 16;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final LoadSettings settings;
    private final Problems problems;

    Yaml(String label, Problems problems) {
        this.settings = LoadSettings.builder()
                .setLabel(label)
                .setUseMarks(true)
                .setAllowNonScalarKeys(true)
                .build();
        this.problems = problems;
    }

    /** Empty where the bytes are no mapping; the problems say why. */
    Optional<MappingNode> read(byte[] bytes) {
        return decode(bytes).filter(this::withinLimits).flatMap(this::compose);
    }

    private Optional<String> decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            String text = decoder.decode(rest).toString();
            return Optional.of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            String before = new String(bytes, 0, rest.position(), StandardCharsets.UTF_8);
            problems.add(Position.of(before, before.length()), "not-utf8");
            return Optional.empty();
        }
    }

    /** The composer recurses, so the depth is counted on the flat events first. */
    private boolean withinLimits(String text) {
        int depth = 0;
        int aliases = 0;
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                    problems.add(at(event), "too-deep", MAX_DEPTH);
                    return false;
                }
                if (event instanceof AliasEvent && ++aliases > MAX_ALIASES) {
                    problems.add(at(event), "too-many-aliases", MAX_ALIASES);
                    return false;
                }
                depth -= event instanceof CollectionEndEvent ? 1 : 0;
            }
            return true;
        } catch (YamlEngineException e) {
            refuse(text, e);
            return false;
        }
    }

    private Optional<MappingNode> compose(String text) {
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isPresent() && root.get() instanceof MappingNode mapping) {
                return Optional.of(mapping);
            }
            problems.add(root.map(Position::of).orElse(Position.START), "not-a-configuration");
            return Optional.empty();
        } catch (YamlEngineException e) {
            refuse(text, e);
            return Optional.empty();
        }
    }

    private void refuse(String text, YamlEngineException e) {
        if (e instanceof MarkedYamlEngineException marked) {
            Position at = marked.getProblemMark().map(Position::of).orElse(Position.START);
            problems.add(at, "not-yaml", marked.getProblem());
        } else if (e instanceof ReaderException reader) {
            int index =
                    text.offsetByCodePoints(0, Math.min(reader.getPosition(), text.codePointCount(0, text.length())));
            problems.add(Position.of(text, index), "not-yaml", "U+%04X".formatted(reader.getCodePoint()));
        } else {
            problems.add(Position.START, "not-yaml", String.valueOf(e.getMessage()));
        }
    }

    private static Position at(Event event) {
        return event.getStartMark().map(Position::of).orElse(Position.START);
    }
}
